package org.learn4j.kernel;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
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

    private static final List<Implementation> IMPLEMENTATIONS = load();

    private KernelConformance() {}

    /** Kernels, and whether they compute FLOAT64 themselves. */
    private record Implementation(Kernels kernels, boolean doubles) {}

    /** A case: a name and what to check. */
    record Case(String name, Consumer<KernelCheck> check) {}

    /** Returns what loads; the reference always has to. */
    static List<Kernels> implementations() {
        return IMPLEMENTATIONS.stream().map(Implementation::kernels).toList();
    }

    private static List<Implementation> load() {
        List<Implementation> found = new ArrayList<>();
        for (KernelsProvider provider : KernelSelection.providers()) {
            try {
                found.add(new Implementation(provider.load(), provider.computes(DType.FLOAT64)));
            } catch (LinkageError failure) {
                System.getLogger(KernelConformance.class.getName())
                        .log(System.Logger.Level.WARNING, provider.name() + " does not load here", failure);
            }
        }
        if (found.stream().noneMatch(each -> each.kernels instanceof Nd4jKernels)) {
            found.add(new Implementation(new Nd4jKernels(), true));
        }
        return found;
    }

    /**
     * Returns the cases as tests, for each implementation in FLOAT32 and FLOAT64. Of a type that an implementation leaves to
     * another one every fifth case is enough to see that it does.
     */
    static Stream<DynamicNode> each(Function<DType, Stream<Case>> cases) {
        return IMPLEMENTATIONS.stream()
                .map(each -> DynamicContainer.dynamicContainer(
                        each.kernels.name(),
                        Stream.of(DType.FLOAT32, DType.FLOAT64)
                                .map(dtype -> DynamicContainer.dynamicContainer(
                                        dtype.name(),
                                        tests(each, dtype, cases.apply(dtype).toList())))));
    }

    private static Stream<DynamicTest> tests(Implementation implementation, DType dtype, List<Case> cases) {
        int step = dtype == DType.FLOAT32 || implementation.doubles ? 1 : 5;
        return IntStream.range(0, cases.size())
                .filter(i -> i % step == 0)
                .mapToObj(i -> test(implementation.kernels, dtype, cases.get(i)));
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
