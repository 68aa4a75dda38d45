package org.learn4j.autograd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.learn4j.tensor.MemoryPool;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** Random graphs in which results meet, part and change their shape: what hides in no single operation. */
class RandomGraphTest {
    private static final int GRAPHS = 300;
    private static final int LEAVES = 3;
    private static final double STEP = 1e-6;

    /** Each graph follows from its seed; every value in it has the shape [3, 2]. */
    private static Tensor build(long seed, Tensor... leaves) {
        RandomStream random = Seed.of(seed).fold("graph").stream();
        List<Tensor> values = new ArrayList<>(List.of(leaves));
        int operations = 4 + random.nextInt(12);
        for (int i = 0; i < operations; i++) {
            Tensor a = values.get(random.nextInt(values.size()));
            Tensor b = values.get(random.nextInt(values.size()));
            values.add(operation(random, a, b));
        }
        Tensor loss = null;
        for (int i = Math.max(LEAVES, values.size() - 3); i < values.size(); i++) {
            Tensor part = values.get(i).times(i + 0.5).sum();
            loss = loss == null ? part : loss.plus(part);
        }
        return Objects.requireNonNull(loss);
    }

    private static Tensor operation(RandomStream random, Tensor a, Tensor b) {
        return switch (random.nextInt(22)) {
            case 0 -> a.plus(b);
            case 1 -> a.minus(b);
            case 2 -> a.times(b);
            case 3 -> a.over(b.square().plus(1));
            case 4 -> a.maximum(b);
            case 5 -> a.tanh();
            case 6 -> a.sigmoid();
            case 7 -> a.relu();
            case 8 -> a.times(-0.7);
            case 9 -> a.reshape(2, 3).transpose();
            case 10 -> a.transpose().reshape(3, 2);
            case 11 -> Tensor.concat(0, a.slice(0, 1, 3), b.slice(0, 0, 1));
            case 12 -> a.plus(b.mean(0));
            case 13 -> a.times(b.sum(1).unsqueeze(1)).tanh();
            case 14 -> a.softmax(1);
            case 15 -> a.sum().expand(3, 2).sigmoid();
            case 16 -> a.get(1).expand(3, 2);
            case 17 -> a.select(0, Tensor.of(new int[] {2, 0, 2}));
            case 18 -> a.matmul(b.transpose()).matmul(a).tanh();
            case 19 -> a.slice(1, 0, 2, 1).transpose().copy().transpose();
            case 20 -> Functional.linear(a, b, null, null, 0).slice(1, 0, 2);
            default -> Functional.dropout(a, 0.3, Seed.of(9));
        };
    }

    private static Tensor[] leaves(long seed) {
        RandomStream random = Seed.of(seed).fold("leaves").stream();
        Tensor[] leaves = new Tensor[LEAVES];
        for (int i = 0; i < LEAVES; i++) {
            double[] values = new double[6];
            for (int j = 0; j < values.length; j++) {
                values[j] = random.nextDouble(-1, 1);
            }
            leaves[i] = Tensor.of(values, 3, 2).requireGradient(true);
        }
        return leaves;
    }

    private static double[] gradients(Tensor... leaves) {
        return Arrays.stream(leaves)
                .flatMapToDouble(leaf ->
                        Arrays.stream(leaf.gradient().map(Tensor::toDoubles).orElse(new double[6])))
                .toArray();
    }

    @Test
    void random_graphs_have_the_gradient_that_central_differences_give() {
        for (long seed = 0; seed < GRAPHS; seed++) {
            try (TensorScope scope = TensorScope.open()) {
                Tensor[] leaves = leaves(seed);
                double[] gradient;
                try (Tape tape = Tape.open()) {
                    tape.backward(build(seed, leaves));
                    gradient = gradients(leaves);
                }
                RandomStream random = Seed.of(seed).fold("direction").stream();
                double[][] values = new double[LEAVES][];
                double[][] direction = new double[LEAVES][6];
                double expected = 0;
                for (int i = 0; i < LEAVES; i++) {
                    values[i] = leaves[i].toDoubles();
                    for (int j = 0; j < 6; j++) {
                        direction[i][j] = random.nextDouble(-1, 1);
                        expected += direction[i][j] * gradient[6 * i + j];
                    }
                }
                double difference =
                        (moved(seed, leaves, values, direction, STEP) - moved(seed, leaves, values, direction, -STEP))
                                / (2 * STEP);
                assertThat(expected)
                        .as("derivative of graph " + seed)
                        .isCloseTo(difference, within(1e-6 + 1e-6 * Math.abs(difference)));
            }
        }
    }

    private static double moved(long seed, Tensor[] leaves, double[][] values, double[][] direction, double step) {
        for (int i = 0; i < LEAVES; i++) {
            double[] moved = values[i].clone();
            for (int j = 0; j < moved.length; j++) {
                moved[j] += step * direction[i][j];
            }
            leaves[i].set(moved);
        }
        try (TensorScope scope = TensorScope.open()) {
            return build(seed, leaves).item();
        }
    }

    @Test
    void random_graphs_have_the_same_gradient_whatever_becomes_of_their_memory() {
        try (MemoryPool pool = new MemoryPool()) {
            for (long seed = 0; seed < GRAPHS; seed++) {
                double[] kept;
                try (TensorScope scope = TensorScope.open();
                        Tape tape = Tape.open()) {
                    Tensor[] leaves = leaves(seed);
                    tape.backward(build(seed, leaves));
                    kept = gradients(leaves);
                }
                try (TensorScope scope = pool.scope();
                        Tape tape = Tape.openReleasing()) {
                    Tensor[] leaves = leaves(seed);
                    tape.backward(build(seed, leaves));
                    assertThat(gradients(leaves))
                            .as("graph " + seed + ", released")
                            .containsExactly(kept);
                }
                try (TensorScope scope = pool.scope();
                        Tape tape = Tape.openReleasing()) {
                    Tensor[] leaves = leaves(seed);
                    Tensor loss;
                    try (TensorScope forward = TensorScope.open()) {
                        loss = build(seed, leaves).keep();
                    }
                    tape.backward(loss);
                    assertThat(gradients(leaves))
                            .as("graph " + seed + ", scope ended")
                            .containsExactly(kept);
                }
            }
        }
    }
}
