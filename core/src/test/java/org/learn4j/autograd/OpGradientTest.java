package org.learn4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.autograd.OpSamples.Sample;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.Cases;
import org.learn4j.testkit.GradientCheck;

/** Every operation of the catalogue has the gradient that central differences give (R01, R02). */
class OpGradientTest {
    private static final int SAMPLES_AN_OPERATION = 5;

    private final Map<Class<? extends Op>, List<Sample>> samples = OpSamples.all();

    @TestFactory
    Stream<DynamicContainer> the_gradient_equals_central_differences() {
        return samples.entrySet().stream()
                .map(entry -> DynamicContainer.dynamicContainer(
                        entry.getKey().getSimpleName(),
                        entry.getValue().stream()
                                .map(sample ->
                                        DynamicTest.dynamicTest(sample.name(), () -> check(entry.getKey(), sample)))));
    }

    private static void check(Class<? extends Op> type, Sample sample) {
        try (TensorScope scope = TensorScope.open()) {
            GradientCheck.of(type.getSimpleName() + " " + sample.name(), sample.computation())
                    .seed(sample.seed())
                    .constant(sample.constants())
                    .check(sample.inputs().apply(Cases.of(sample.seed())));
        }
    }

    @Test
    void every_operation_of_the_catalogue_has_samples() {
        assertThat(samples.keySet()).containsExactlyInAnyOrderElementsOf(OpCatalog.operations());
        samples.forEach((type, list) ->
                assertThat(list).as(type.getSimpleName()).hasSizeGreaterThanOrEqualTo(SAMPLES_AN_OPERATION));
        samples.forEach((type, list) -> assertThat(list.stream().map(Sample::name))
                .as("names of the samples of " + type.getSimpleName())
                .doesNotHaveDuplicates());
    }

    @Test
    void every_operation_of_the_library_is_in_the_catalogue() throws Exception {
        Path classes = Path.of(
                Op.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        Set<String> operations = new ClassFileImporter()
                .importPath(classes).stream()
                        .filter(type -> type.isAssignableTo(Op.class) && !type.isInterface())
                        .map(JavaClass::getName)
                        .collect(Collectors.toSet());
        List<String> listed = new ArrayList<>();
        OpCatalog.operations().forEach(type -> listed.add(type.getName()));
        assertThat(operations).containsExactlyInAnyOrderElementsOf(listed);
    }
}
