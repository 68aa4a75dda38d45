package org.learn4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Reduction;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;

/** Sizes and values at the edge have a result that is a number, or a documented exception (R07, R10, R11). */
class EdgeSizesTest {
    private TensorScope scope;

    @BeforeEach
    void open() {
        scope = TensorScope.open();
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Tensor tensor(DType dtype, double value, long... dims) {
        return Tensor.uninitialized(dtype, Shape.of(dims)).fill(value).requireGradient(true);
    }

    private static Tensor codes(int value, long... dims) {
        return Tensor.uninitialized(DType.INT32, Shape.of(dims)).fill(value);
    }

    private record Edge(String name, List<Tensor> leaves, Supplier<Tensor> output) {}

    /** Results and gradients are numbers. */
    @TestFactory
    Stream<DynamicTest> nothing_at_the_edge_is_not_a_number() {
        List<Edge> edges = new ArrayList<>();
        for (DType dtype : new DType[] {DType.FLOAT32, DType.FLOAT64}) {
            for (long[] dims : new long[][] {{0, 3}, {1, 3}, {1, 1}, {4, 1}, {4, 3}}) {
                edges(edges, dtype, dims);
            }
        }
        return edges.stream()
                .map(edge -> DynamicTest.dynamicTest(edge.name, () -> {
                    try (TensorScope inner = TensorScope.open();
                            Tape tape = Tape.open()) {
                        Tensor y = edge.output.get();
                        assertThat(y.toDoubles()).as("output").doesNotContain(Double.NaN);
                        tape.backward(y.sum());
                        for (Tensor leaf : edge.leaves) {
                            assertThat(leaf.gradient().orElseThrow().toDoubles())
                                    .as("gradient")
                                    .hasSize(Math.toIntExact(leaf.elements()))
                                    .doesNotContain(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
                        }
                    }
                }));
    }

    private static void edges(List<Edge> edges, DType dtype, long... dims) {
        String at = " " + dtype + " " + Shape.of(dims);
        long rows = dims[0];
        long columns = dims[1];
        // a constant column, and columns of large numbers
        for (double value : new double[] {0, 2, -1e4, 1e4}) {
            Tensor x = tensor(dtype, value, dims);
            Tensor one = tensor(dtype, 1, columns);
            Tensor shift = tensor(dtype, 0, columns);
            Tensor mean = tensor(dtype, 0, columns).requireGradient(false);
            Tensor variance = tensor(dtype, 0, columns).requireGradient(false);
            String name = at + " of " + value;
            if (rows > 1) {
                edges.add(new Edge(
                        "batch norm" + name,
                        List.of(x, one, shift),
                        () -> Functional.batchNorm(x, one, shift, mean, variance, 1e-5, true)));
            }
            edges.add(new Edge(
                    "batch norm with no variance" + name,
                    List.of(x, one, shift),
                    () -> Functional.batchNormInference(x, one, shift, mean, variance, 1e-5, false)));
            edges.add(new Edge(
                    "layer norm" + name, List.of(x, one, shift), () -> Functional.layerNorm(x, one, shift, 1e-5)));
            edges.add(new Edge("softmax" + name, List.of(x), () -> x.softmax(1)));
            edges.add(new Edge("log softmax along the rows" + name, List.of(x), () -> x.logSoftmax(0)));
            edges.add(new Edge(
                    "cross entropy" + name,
                    List.of(x),
                    () -> Functional.crossEntropy(
                            x,
                            codes(0, rows),
                            Tensor.uninitialized(dtype, Shape.of(columns)).fill(1),
                            0.1)));
            edges.add(new Edge(
                    "linear" + name,
                    List.of(x, one),
                    () -> Functional.linear(x, one.unsqueeze(0), null, Unary.TANH, 0)));
            edges.add(new Edge("dropout of all" + name, List.of(x), () -> Functional.dropout(x, 1, Seed.of(1))));
            edges.add(new Edge("ReLU" + name, List.of(x), x::relu));
            edges.add(new Edge("absolute value" + name, List.of(x), x::abs));
            edges.add(new Edge("sigmoid" + name, List.of(x), x::sigmoid));
            edges.add(new Edge("tanh" + name, List.of(x), x::tanh));
            edges.add(new Edge("softplus" + name, List.of(x), () -> x.apply(Unary.SOFTPLUS)));
            edges.add(new Edge("GELU" + name, List.of(x), () -> x.apply(Unary.GELU)));
            edges.add(new Edge("GELU by tanh" + name, List.of(x), () -> x.apply(Unary.GELU_TANH)));
            edges.add(new Edge("SiLU" + name, List.of(x), () -> x.apply(Unary.SILU)));
            edges.add(new Edge("clamp" + name, List.of(x), () -> x.clamp(-1, 1)));
            edges.add(new Edge("sum" + name, List.of(x), () -> x.sum(0)));
            if (rows > 0) {
                edges.add(new Edge("mean" + name, List.of(x), x::mean));
                edges.add(new Edge("largest" + name, List.of(x), () -> x.max(0)));
            }
        }
        Tensor table = tensor(dtype, 1, 2, columns);
        edges.add(new Edge(
                "embedding" + at, List.of(table), () -> Functional.embeddings(codes(1, rows, 1), List.of(table))));
    }

    @Test
    void the_gradient_at_a_kink_is_the_documented_one() {
        assertThat(gradient(Tensor.of(new double[] {0, -0.0}), Tensor::relu)).containsExactly(0, 0);
        assertThat(gradient(Tensor.of(new double[] {0}), Tensor::abs)).containsExactly(0);
        assertThat(gradient(Tensor.of(new double[] {3, 3, 1, 3}), Tensor::max))
                .as("shared by the largest")
                .containsExactly(1.0 / 3, 1.0 / 3, 0, 1.0 / 3);
        assertThat(gradient(Tensor.of(new double[] {3, 1, 1}), Tensor::min)).containsExactly(0, 0.5, 0.5);
        Tensor other = Tensor.of(new double[] {5, 5});
        assertThat(gradient(Tensor.of(new double[] {5, 4}), x -> x.maximum(other)))
                .as("the first of two equal ones")
                .containsExactly(1, 0);
        assertThat(gradient(Tensor.of(new double[] {5, 6}), x -> x.minimum(other)))
                .containsExactly(1, 0);
        assertThat(gradient(Tensor.of(new double[] {5, 6}), other::maximum)).containsExactly(0, 1);
        assertThat(gradient(Tensor.of(new double[] {2, -2}), x -> x.clamp(-1, 1)))
                .containsExactly(0, 0);
        assertThat(gradient(Tensor.of(new double[] {0, 3}), x -> x.power(2))).containsExactly(0, 6);
        assertThat(gradient(Tensor.of(new double[] {0, 3}), x -> x.power(1))).containsExactly(1, 1);
        assertThat(gradient(Tensor.of(new double[] {0, -3}), x -> x.power(0))).containsExactly(0, 0);
    }

    private static double[] gradient(Tensor x, java.util.function.UnaryOperator<Tensor> f) {
        try (Tape tape = Tape.open()) {
            tape.backward(f.apply(x.requireGradient(true)).sum());
            return x.gradient().orElseThrow().toDoubles();
        }
    }

    @Test
    void a_gradient_crosses_a_change_of_type() {
        Tensor x = Tensor.of(new double[] {1, 2}).requireGradient(true);
        try (Tape tape = Tape.open()) {
            Tensor y = x.to(DType.FLOAT32).times(3).to(DType.BFLOAT16).to(DType.FLOAT64);
            tape.backward(y, Tensor.of(new double[] {1, 0.5}));
        }
        assertThat(x.gradient().orElseThrow().dtype()).isEqualTo(DType.FLOAT64);
        assertThat(x.gradient().orElseThrow().toDoubles()).containsExactly(3, 1.5);
    }

    // ---- what has no result

    @Test
    void the_mean_or_largest_of_nothing_is_an_error() {
        for (Reduction function : new Reduction[] {Reduction.MEAN, Reduction.MAX, Reduction.MIN}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Tensor.zeros(0, 3).reduceKeeping(function, 0))
                    .withMessageContaining("[0, 3]");
            assertThat(Tensor.zeros(0, 3).reduceKeeping(function, 1).shape()).isEqualTo(Shape.of(0, 1));
        }
        assertThat(Tensor.zeros(0, 3).sum(0).toFloats()).containsExactly(0, 0, 0);
    }

    @Test
    void batch_norm_cannot_train_on_one_value_or_none() {
        Tensor c = Tensor.ones(2);
        for (long[] dims : new long[][] {{1, 2}, {0, 2}, {1, 2, 1}, {0, 2, 5}, {5, 2, 0}}) {
            assertThatExceptionOfType(ShapeMismatchException.class)
                    .isThrownBy(() -> Functional.batchNorm(Tensor.zeros(dims), c, c, c.copy(), c.copy(), 1e-5, false))
                    .withMessageContaining(Shape.of(dims).toString())
                    .withMessageContaining("Use a larger batch");
        }
    }

    @Test
    void a_class_index_that_is_no_class_is_an_error_with_its_position() {
        Tensor logits = Tensor.zeros(2, 3);
        for (int wrong : new int[] {3, -1, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> Functional.crossEntropy(logits, Tensor.of(new int[] {0, wrong}), null, 0))
                    .withMessageContaining(String.valueOf(wrong))
                    .withMessageContaining("[0, 3)")
                    .withMessageContaining("position 1");
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .as("a view")
                    .isThrownBy(() -> Functional.crossEntropy(
                            logits, Tensor.of(new int[] {0, 9, wrong, 9}).slice(0, 0, 4, 2), null, 0))
                    .withMessageContaining(String.valueOf(wrong));
        }
        Functional.crossEntropy(logits, Tensor.of(new int[] {0, 2}), null, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Functional.crossEntropy(logits, Tensor.of(new long[] {0, Long.MAX_VALUE}), null, 0))
                .withMessageContaining("INT64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Functional.crossEntropy(logits, Tensor.of(new float[] {0, Float.NaN}), null, 0))
                .withMessageContaining("FLOAT32");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Functional.crossEntropy(logits, Tensor.of(new int[3]), null, 0))
                .withMessageContaining("[2]")
                .withMessageContaining("[3]");
    }

    @Test
    void a_code_that_is_no_row_is_an_error_with_its_place() {
        List<Tensor> tables = List.of(Tensor.zeros(3, 2), Tensor.zeros(5, 2));
        for (int wrong : new int[] {3, -1, Integer.MIN_VALUE}) {
            assertThatExceptionOfType(IndexOutOfBoundsException.class)
                    .isThrownBy(() -> Functional.embeddings(Tensor.of(new int[] {0, 4, wrong, 0}, 2, 2), tables))
                    .withMessageContaining("column 0")
                    .withMessageContaining("row 1")
                    .withMessageContaining(String.valueOf(wrong));
        }
        Functional.embeddings(Tensor.of(new int[] {0, 4, 2, 0}, 2, 2), tables);
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> Functional.embeddings(Tensor.of(new int[] {3}, 1, 1), tables.subList(0, 1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Functional.embeddings(Tensor.of(new long[] {0, 0}, 1, 2), tables))
                .withMessageContaining("INT64");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Functional.embeddings(Tensor.of(new int[0], 0, 0), List.of()))
                .withMessageContaining("at least one table");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Functional.embeddings(Tensor.of(new int[3], 1, 3), tables))
                .withMessageContaining("[1, 2]")
                .withMessageContaining("[1, 3]");
    }

    @Test
    void rates_and_smoothing_lie_in_their_range() {
        Tensor x = Tensor.zeros(2, 3);
        for (double wrong : new double[] {-0.1, 1.1, Double.NaN}) {
            assertThatIllegalArgumentException().isThrownBy(() -> Functional.dropout(x, wrong, Seed.of(1)));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Functional.crossEntropy(x, Tensor.of(new int[2]), null, wrong));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Functional.linear(x, x, null, Unary.GELU, 0))
                .withMessageContaining("GELU");
    }

    @Test
    void shapes_that_do_not_fit_are_named() {
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Functional.linear(Tensor.zeros(2, 3), Tensor.zeros(5, 4), null, null, 0))
                .withMessageContaining("[5, 4]")
                .withMessageContaining("[2, 3]");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Functional.linear(Tensor.zeros(2, 3), Tensor.zeros(5, 3), Tensor.zeros(4), null, 0))
                .withMessageContaining("[5]")
                .withMessageContaining("[4]");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Functional.layerNorm(Tensor.zeros(2, 3), Tensor.zeros(3), Tensor.zeros(2), 1e-5))
                .withMessageContaining("[3]")
                .withMessageContaining("[2]");
        Tensor three = Tensor.ones(3);
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Functional.batchNorm(Tensor.zeros(4), three, three, three, three, 1e-5, false))
                .withMessageContaining("[4]");
        assertThatExceptionOfType(ShapeMismatchException.class)
                .isThrownBy(() -> Functional.batchNorm(Tensor.zeros(4, 2), three, three, three, three, 1e-5, false))
                .withMessageContaining("[2]")
                .withMessageContaining("[3]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Functional.linear(
                        Tensor.zeros(2, 3), Tensor.zeros(DType.FLOAT64, Shape.of(2, 3)), null, null, 0))
                .withMessageContaining("FLOAT64");
    }
}
