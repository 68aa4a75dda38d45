package org.learn4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.function.BiFunction;
import java.util.function.IntFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.tensor.Unary;

/** What must hold whatever the numbers are (R06), in FLOAT32 on seeded random cases. */
class MetamorphicTest {
    private static final int CASES = 125;
    private static final Offset<Float> CLOSE = within(1e-4f);

    /** A random case: a batch [n, c], weights and class indices. */
    private record Case(long seed, int rows, int columns, Tensor x, Tensor weight, Tensor codes, Tensor order) {
        static Case of(long seed) {
            RandomStream random = Seed.of(seed).stream();
            int rows = 2 + random.nextInt(6);
            int columns = 1 + random.nextInt(5);
            int[] codes = new int[rows];
            for (int i = 0; i < rows; i++) {
                codes[i] = random.nextInt(columns);
            }
            return new Case(
                    seed,
                    rows,
                    columns,
                    Tensor.randomNormal(Seed.of(seed).fold("x"), rows, columns),
                    Tensor.randomNormal(Seed.of(seed).fold("weight"), columns, columns),
                    Tensor.of(codes),
                    Tensor.of(random.permutation(rows)));
        }
    }

    private static void forEachCase(java.util.function.Consumer<Case> check) {
        for (long seed = 0; seed < CASES; seed++) {
            try (TensorScope scope = TensorScope.open()) {
                check.accept(Case.of(seed));
            }
        }
    }

    private static void assertClose(String what, Case each, Tensor received, Tensor expected) {
        assertThat(received.shape()).isEqualTo(expected.shape());
        assertThat(received.toFloats()).as(what + ", seed " + each.seed).containsExactly(expected.toFloats(), CLOSE);
    }

    @Test
    void shuffling_a_batch_shuffles_what_is_computed_of_each_row() {
        List<BiFunction<Case, Tensor, Tensor>> functions = List.of(
                (c, x) -> Functional.linear(x, c.weight, c.weight.get(0), Unary.RELU, 0),
                (c, x) -> x.softmax(1),
                (c, x) -> Functional.layerNorm(x, c.weight.get(0), c.weight.get(0), 1e-3),
                (c, x) -> Functional.batchNorm(
                        x,
                        c.weight.get(0),
                        c.weight.get(0),
                        Tensor.zeros(c.columns),
                        Tensor.zeros(c.columns),
                        1e-1,
                        true),
                (c, x) -> x.matmul(c.weight),
                (c, x) -> x.minus(x.mean(0)));
        forEachCase(c -> {
            for (int i = 0; i < functions.size(); i++) {
                Tensor expected = functions.get(i).apply(c, c.x).select(0, c.order);
                assertClose("function " + i, c, functions.get(i).apply(c, c.x.select(0, c.order)), expected);
            }
            Tensor losses = Functional.crossEntropy(c.x, c.codes, null, 0.1);
            Tensor shuffled = Functional.crossEntropy(c.x.select(0, c.order), c.codes.select(0, c.order), null, 0.1);
            assertClose("cross entropy", c, shuffled, losses.select(0, c.order));
            Tensor rows = Functional.embeddings(c.codes.unsqueeze(1), List.of(c.weight));
            Tensor shuffledRows =
                    Functional.embeddings(c.codes.select(0, c.order).unsqueeze(1), List.of(c.weight));
            assertClose("embeddings", c, shuffledRows, rows.select(0, c.order));
        });
    }

    @Test
    void a_doubled_batch_has_the_same_mean_loss_and_gradient() {
        forEachCase(c -> {
            Tensor[] gradients = new Tensor[2];
            Tensor[] losses = new Tensor[2];
            for (int times = 1; times <= 2; times++) {
                Tensor w = c.weight.copy().requireGradient(true);
                try (Tape tape = Tape.open()) {
                    Tensor x = times == 1 ? c.x : Tensor.concat(0, c.x, c.x);
                    Tensor codes = times == 1 ? c.codes : Tensor.concat(0, c.codes, c.codes);
                    Tensor normal = Functional.batchNorm(
                            x,
                            Tensor.ones(c.columns),
                            Tensor.zeros(c.columns),
                            Tensor.zeros(c.columns),
                            Tensor.zeros(c.columns),
                            0.1,
                            false);
                    losses[times - 1] = Functional.crossEntropy(
                                    Functional.linear(normal, w, null, null, 0), codes, null, 0)
                            .mean();
                    tape.backward(losses[times - 1]);
                }
                gradients[times - 1] = w.gradient().orElseThrow();
            }
            assertClose("loss", c, losses[1], losses[0]);
            assertClose("gradient", c, gradients[1], gradients[0]);
        });
    }

    @Test
    void fused_operations_equal_the_plain_ones_they_are_made_of() {
        forEachCase(c -> {
            Tensor bias = c.weight.get(0);
            Tensor linear = c.x.matmul(c.weight.transpose()).plus(bias);
            IntFunction<Tensor> fused =
                    f -> Functional.linear(c.x, c.weight, bias, f == 0 ? null : f == 1 ? Unary.RELU : Unary.TANH, 0);
            assertClose("linear", c, fused.apply(0), linear);
            assertClose("linear, ReLU", c, fused.apply(1), linear.relu());
            assertClose("linear, tanh", c, fused.apply(2), linear.tanh());
            assertClose(
                    "softmax",
                    c,
                    c.x.softmax(1),
                    c.x.exp().over(c.x.exp().reduceKeeping(org.learn4j.tensor.Reduction.SUM, 1)));
            assertClose("log softmax", c, c.x.logSoftmax(1), c.x.softmax(1).log());
            Tensor picked =
                    c.x.logSoftmax(1).gather(1, c.codes.unsqueeze(1)).squeeze(1).negate();
            assertClose("cross entropy", c, Functional.crossEntropy(c.x, c.codes, null, 0), picked);
            Tensor centred = c.x.minus(c.x.mean(0));
            Tensor variance = centred.square().mean(0);
            Tensor mean = Tensor.zeros(c.columns);
            Tensor measured = Tensor.zeros(c.columns);
            Tensor normal = Functional.batchNorm(c.x, bias, bias, mean, measured, 0.1, true);
            assertClose(
                    "batch norm",
                    c,
                    normal,
                    centred.over(variance.plus(0.1).sqrt())
                            .times(bias)
                            .plus(bias)
                            .relu());
            assertClose("its mean", c, mean, c.x.mean(0));
            assertClose("its variance", c, measured, variance);
            assertClose(
                    "batch norm, fixed",
                    c,
                    Functional.batchNormInference(c.x, bias, bias, mean, measured, 0.1, true),
                    normal);
            Tensor rowMean = c.x.mean(1).unsqueeze(1);
            Tensor rowVariance = c.x.minus(rowMean).square().mean(1).unsqueeze(1);
            assertClose(
                    "layer norm",
                    c,
                    Functional.layerNorm(c.x, bias, bias, 0.1),
                    c.x.minus(rowMean)
                            .over(rowVariance.plus(0.1).sqrt())
                            .times(bias)
                            .plus(bias));
            assertClose(
                    "matmul of a batch",
                    c,
                    Tensor.stack(0, c.x, c.x).matmul(c.weight).get(1),
                    c.x.matmul(c.weight));
            assertClose(
                    "embeddings",
                    c,
                    Functional.embeddings(c.codes.unsqueeze(1), List.of(c.weight)),
                    c.weight.select(0, c.codes));
        });
    }

    @Test
    void the_layout_of_memory_does_not_matter() {
        forEachCase(c -> {
            Tensor turned = c.x.transpose().copy().transpose();
            Tensor one = Tensor.ones(c.columns);
            assertThat(turned.toFloats()).containsExactly(c.x.toFloats());
            assertClose("sum", c, turned.sum(0), c.x.sum(0));
            assertClose("plus", c, turned.plus(c.x), c.x.plus(c.x));
            assertClose(
                    "matmul",
                    c,
                    turned.transpose().matmul(turned),
                    c.x.transpose().copy().matmul(c.x));
            assertClose("softmax", c, turned.softmax(1), c.x.softmax(1));
            assertClose(
                    "layer norm",
                    c,
                    Functional.layerNorm(turned, one, one, 0.1),
                    Functional.layerNorm(c.x, one, one, 0.1));
            assertClose(
                    "dropout",
                    c,
                    Functional.dropout(turned, 0.4, Seed.of(3)),
                    Functional.dropout(c.x, 0.4, Seed.of(3)));
            assertClose(
                    "cross entropy",
                    c,
                    Functional.crossEntropy(turned, c.codes, null, 0),
                    Functional.crossEntropy(c.x, c.codes, null, 0));
        });
    }
}
