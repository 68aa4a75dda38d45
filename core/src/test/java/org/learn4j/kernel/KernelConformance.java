package org.learn4j.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.TensorScope;

/** Runs the same cases on every implementation that loads here, in every type it computes. */
final class KernelConformance {
    /** Edge sizes: a scalar, one element, one row, one column, 17 columns, odd blocks, more axes, no elements. */
    static final long[][] SHAPES = {
        {}, {1}, {5}, {1, 1}, {1, 17}, {17, 1}, {3, 17}, {4, 1, 6}, {2, 3, 4, 5}, {513, 257}, {0}, {0, 4}, {3, 0, 2}
    };

    private static final List<Kernels> IMPLEMENTATIONS = load();

    private KernelConformance() {}

    /** Returns what loads; the reference always has to. */
    static List<Kernels> implementations() {
        return IMPLEMENTATIONS;
    }

    private static List<Kernels> load() {
        List<Kernels> found = new ArrayList<>();
        for (KernelsProvider provider : KernelSelection.providers()) {
            try {
                found.add(provider.load());
            } catch (LinkageError failure) {
                System.getLogger(KernelConformance.class.getName())
                        .log(System.Logger.Level.WARNING, provider.name() + " does not load here", failure);
            }
        }
        if (found.stream().noneMatch(kernels -> kernels instanceof Nd4jKernels)) {
            found.add(new Nd4jKernels());
        }
        return found;
    }

    /** A case: a name and what to check. */
    record Case(String name, Consumer<KernelCheck> check) {}

    /** Returns the cases as tests, for each implementation in FLOAT32 and FLOAT64. */
    static Stream<DynamicNode> each(Function<DType, Stream<Case>> cases) {
        return implementations().stream()
                .map(kernels -> DynamicContainer.dynamicContainer(
                        kernels.name(),
                        Stream.of(DType.FLOAT32, DType.FLOAT64)
                                .map(dtype -> DynamicContainer.dynamicContainer(
                                        dtype.name(), cases.apply(dtype).map(each -> test(kernels, dtype, each))))));
    }

    @SuppressWarnings("try")
    private static DynamicTest test(Kernels kernels, DType dtype, Case each) {
        return DynamicTest.dynamicTest(each.name, () -> {
            try (TensorScope scope = TensorScope.open()) {
                each.check.accept(new KernelCheck(kernels, dtype, each.name.hashCode()));
            }
        });
    }
}
