package org.learn4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;

/** Tensors and ND4J's arrays on the same memory. */
class Nd4jInteropTest {
    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Tensor tensor(String layout) {
        Tensor matrix = Tensor.range(12).reshape(3, 4);
        return switch (layout) {
            case "a matrix" -> matrix;
            case "turned" -> matrix.transpose();
            case "a part" -> matrix.slice(0, 1, 3).slice(1, 1, 4);
            case "a turned part" -> matrix.slice(0, 1, 3).slice(1, 1, 4).transpose();
            case "every second" -> matrix.slice(1, 0, 4, 2);
            case "a row" -> matrix.get(1);
            case "a column" -> matrix.slice(1, 2, 3);
            case "a column as a vector" -> matrix.transpose().get(2);
            case "an element" -> matrix.get(2).get(3);
            case "a scalar" -> Tensor.scalar(5);
            case "one element" -> Tensor.ones(1);
            case "three axes" -> Tensor.range(24).reshape(2, 3, 4).permute(2, 0, 1);
            default -> throw new IllegalArgumentException(layout);
        };
    }

    @TestFactory
    Stream<DynamicTest> an_array_sees_the_elements_of_a_tensor_and_the_tensor_what_is_written_to_it() {
        return Stream.of(
                        "a matrix",
                        "turned",
                        "a part",
                        "a turned part",
                        "every second",
                        "a row",
                        "a column",
                        "a column as a vector",
                        "an element",
                        "a scalar",
                        "one element",
                        "three axes")
                .map(layout -> DynamicTest.dynamicTest(layout, () -> {
                    try (TensorScope inner = TensorScope.open()) {
                        assertSameMemory(tensor(layout));
                    }
                }));
    }

    private static void assertSameMemory(Tensor tensor) {
        INDArray array = tensor.array();
        assertThat(tensor.array()).isSameAs(array);
        assertThat(array.shape()).containsExactly(tensor.shape().dims());
        assertThat(array.dup('c').data().asFloat()).containsExactly(tensor.toFloats());
        assertThat(array.sumNumber().doubleValue())
                .isEqualTo(java.util.Arrays.stream(tensor.toDoubles()).sum());
        array.addi(100);
        assertThat(tensor.toFloats()[0]).isGreaterThanOrEqualTo(100);
        assertThat(array.dup('c').data().asFloat()).containsExactly(tensor.toFloats());
        tensor.fill(3);
        assertThat(array.dup('c').data().asFloat()).containsOnly(3);
        assertThat(array.maxNumber().doubleValue()).isEqualTo(3);
    }

    @Test
    void nd4j_multiplies_tensors_in_any_layout() {
        Tensor a = Tensor.range(6).reshape(2, 3);
        INDArray product = a.transpose().array().mmul(a.array());
        assertThat(product.dup('c').data().asFloat()).containsExactly(9, 12, 15, 12, 17, 22, 15, 22, 29);
    }

    @Test
    void writing_to_the_array_of_a_part_touches_nothing_else() {
        Tensor matrix = Tensor.zeros(3, 4);
        matrix.slice(0, 1, 3).slice(1, 1, 3).array().assign(7);
        assertThat(matrix.toFloats()).containsExactly(0, 0, 0, 0, 0, 7, 7, 0, 0, 7, 7, 0);
    }

    private static INDArray array(String layout) {
        INDArray matrix = Nd4j.arange(12).castTo(DataType.FLOAT).reshape(3, 4);
        return switch (layout) {
            case "a matrix" -> matrix;
            case "turned" -> matrix.transpose();
            case "column-major" -> matrix.dup('f');
            case "a part" -> matrix.get(NDArrayIndex.interval(1, 3), NDArrayIndex.interval(1, 4));
            case "a row" -> matrix.getRow(2);
            case "a column" -> matrix.getColumn(1);
            case "a scalar" -> Nd4j.scalar(4f);
            case "a vector" -> Nd4j.createFromArray(1f, 2f, 3f);
            default -> throw new IllegalArgumentException(layout);
        };
    }

    @TestFactory
    Stream<DynamicTest> a_tensor_sees_the_elements_of_an_array_and_the_array_what_is_written_to_it() {
        return Stream.of("a matrix", "turned", "column-major", "a part", "a row", "a column", "a scalar", "a vector")
                .map(layout -> DynamicTest.dynamicTest(layout, () -> {
                    try (TensorScope inner = TensorScope.open()) {
                        INDArray array = array(layout);
                        Tensor tensor = Tensor.of(array);
                        assertThat(tensor.shape().dims()).containsExactly(array.shape());
                        assertThat(tensor.toFloats())
                                .containsExactly(array.dup('c').data().asFloat());
                        assertSameMemory(tensor);
                        array.assign(8);
                        assertThat(tensor.toFloats()).containsOnly(8);
                        assertSameMemory(tensor.detach());
                        assertThat(tensor.plus(1).toFloats()).containsOnly(4);
                        if (tensor.elements() == 1) {
                            assertThat(tensor.item()).isEqualTo(3);
                        }
                    }
                }));
    }

    @Test
    void parts_of_a_tensor_on_an_array_have_arrays_too() {
        INDArray array = array("a part"); // 5 6 7, 9 10 11
        Tensor last = Tensor.of(array).get(1).slice(0, 1, 3);
        assertThat(last.array().dup().data().asFloat()).containsExactly(10, 11);
        last.array().assign(-1);
        assertThat(array.dup('c').data().asFloat()).containsExactly(5, 6, 7, 9, -1, -1);
    }

    @Test
    void types_correspond() {
        for (DType dtype : DType.values()) {
            Tensor tensor = Tensor.zeros(dtype, Shape.of(3)).set(1, 2, 3);
            INDArray array = tensor.array();
            assertThat(array.castTo(DataType.DOUBLE).data().asDouble())
                    .as(dtype.name())
                    .containsExactly(1, 2, 3);
            assertThat(Tensor.of(array).dtype()).isEqualTo(dtype);
        }
        assertThat(Tensor.of(Nd4j.createFromArray(true, false)).toInts()).containsExactly(1, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Tensor.of(Nd4j.createFromArray((short) 1)))
                .withMessageContaining("SHORT");
    }

    @Test
    void tensors_without_elements_are_arrays_without_elements() {
        assertThat(Tensor.zeros(2, 0, 3).array().shape()).containsExactly(2, 0, 3);
        assertThat(Tensor.of(Nd4j.create(DataType.FLOAT, 0, 3)).shape()).isEqualTo(Shape.of(0, 3));
        assertThat(Tensor.of(Nd4j.create(DataType.FLOAT, 0, 3)).toFloats()).isEmpty();
    }

    @Test
    void no_array_on_a_tensors_memory_can_close_it() {
        Tensor tensor = Tensor.of(new double[] {1, 2, 3, 4, 5, 6, 7, 8});
        INDArray array = tensor.array();
        assertThat(array.closeable()).isFalse();
        assertThat(array.reshape(2, 4).closeable()).isFalse();
        assertThat(array.get(NDArrayIndex.interval(0, 8)).closeable()).isFalse();
        assertThat(array.add(1).closeable()).isTrue();
        assertThat(array.addi(1).sumNumber().doubleValue()).isEqualTo(44);
        assertThat(Tensor.of(array).plus(1).plus(tensor).sum().item()).isEqualTo(96);
    }

    @Test
    void a_tensor_keeps_the_array_it_was_made_of_in_memory() {
        Tensor tensor = Tensor.of(Nd4j.createFromArray(1f, 2f, 3f));
        for (int i = 0; i < 3; i++) {
            System.gc();
            Nd4j.createFromArray(9f, 9f, 9f);
        }
        assertThat(tensor.toFloats()).containsExactly(1, 2, 3);
    }
}
