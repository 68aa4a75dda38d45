package org.learn4j.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.learn4j.nn.Init;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.optim.Hyper;
import org.learn4j.optim.Optimizer;
import org.learn4j.optim.OptimizerState;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorScope;

/**
 * What every optimizer, and so every step, keeps to. The test of a new step implements this interface and receives the
 * tests:
 *
 * <pre>{@code
 * class SignStepTest implements StepContract {
 *     public Optimizer optimizer() { return Optimizer.of("sign", new SignStep()); }
 * }
 * }</pre>
 */
@NullMarked
public interface StepContract {
    /** Returns the optimizer under test, equal at every call. */
    Optimizer optimizer();

    /** Returns the learning rate to test with. */
    default double rate() {
        return 0.05;
    }

    /** Returns the tests. */
    @TestFactory
    default Stream<DynamicTest> keepsTheContractOfSteps() {
        Map<String, Executable> tests = new LinkedHashMap<>();
        tests.put("moves trainable parameters and leaves frozen ones alone", this::leavesFrozenOnesAlone);
        tests.put("repeats itself bit for bit", this::repeatsItself);
        tests.put("continues bit for bit from a state saved after any step", this::continuesFromSavedStates);
        tests.put("computes in double precision too", this::computesInDoublePrecision);
        tests.put("decays weights, and the others only when asked", this::decays);
        tests.put("keeps the space between parameters at zero", this::keepsPaddingZero);
        tests.put("allocates nothing after the first step", this::allocatesNothing);
        tests.put("forgets everything on reset", this::forgets);
        tests.put("frees its memory", this::frees);
        return tests.entrySet().stream().map(test -> dynamicTest(test.getKey(), test.getValue()));
    }

    private void leavesFrozenOnesAlone() {
        try (Run run = new Run(optimizer(), DType.FLOAT32)) {
            run.groups.get(0).trainable(false, true);
            List<double[]> before = run.values();
            run.steps(0, 3, rate());
            List<double[]> after = run.values();
            List<Param> params = run.params();
            for (int i = 0; i < params.size(); i++) {
                if (params.get(i).isTrainable()) {
                    assertThat(after.get(i)).isNotEqualTo(before.get(i));
                } else {
                    assertThat(after.get(i)).isEqualTo(before.get(i));
                }
            }
        }
    }

    private void repeatsItself() {
        List<List<double[]>> results = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            try (Run run = new Run(optimizer(), DType.FLOAT32)) {
                run.steps(0, 8, rate());
                results.add(run.values());
            }
        }
        assertThat(results.get(1)).usingRecursiveComparison().isEqualTo(results.get(0));
    }

    private void continuesFromSavedStates() {
        for (int stop = 0; stop <= 14; stop++) {
            try (Run whole = new Run(optimizer(), DType.FLOAT32);
                    Run resumed = new Run(optimizer(), DType.FLOAT32)) {
                whole.groups.get(0).trainable(false, true);
                for (int step = 0; step <= 14; step++) {
                    if (step == 4) {
                        whole.groups.get(0).trainable(true, true);
                    }
                    if (step == stop) {
                        resumed.continueFrom(whole);
                    }
                    whole.steps(step, step + 1, rate());
                    if (step >= stop) {
                        if (step == 4) {
                            resumed.groups.get(0).trainable(true, true);
                        }
                        resumed.steps(step, step + 1, rate());
                    }
                }
                assertThat(resumed.values()).usingRecursiveComparison().isEqualTo(whole.values());
                assertThat(resumed.state.counters()).isEqualTo(whole.state.counters());
            }
        }
    }

    private void computesInDoublePrecision() {
        try (Run single = new Run(optimizer(), DType.FLOAT32);
                Run twice = new Run(optimizer(), DType.FLOAT64)) {
            single.steps(0, 8, rate());
            twice.steps(0, 8, rate());
            for (int i = 0; i < single.values().size(); i++) {
                assertThat(single.values().get(i))
                        .containsExactly(twice.values().get(i), within(1e-4));
            }
        }
    }

    private void decays() {
        for (boolean others : new boolean[] {false, true}) {
            try (Run run = new Run(optimizer().weightDecay(0.5).decayNormAndBias(others), DType.FLOAT32)) {
                List<double[]> before = run.values();
                run.state.step(run.hypers(rate()));
                for (int i = 0; i < before.size(); i++) {
                    double moved = norm(before.get(i)) - norm(run.values().get(i));
                    boolean expected = others || run.params().get(i).role() == Param.Role.WEIGHT;
                    assertThat(moved > 1e-4)
                            .as("parameter %s moved by %s", i, moved)
                            .isEqualTo(expected);
                }
            }
        }
    }

    private static double norm(double... numbers) {
        double squares = 0;
        for (double number : numbers) {
            squares += number * number;
        }
        return Math.sqrt(squares);
    }

    private void keepsPaddingZero() {
        try (Run run = new Run(optimizer().weightDecay(0.1), DType.FLOAT32)) {
            run.steps(0, 8, rate());
            for (ParamGroup group : run.groups) {
                double[] values = group.values().toDoubles();
                for (int i = 0; i < group.params().size(); i++) {
                    long end = group.offset(i) + group.params().get(i).shape().elements();
                    long next = i + 1 < group.params().size() ? group.offset(i + 1) : values.length;
                    for (long at = end; at < next; at++) {
                        assertThat(values[(int) at]).isZero();
                    }
                }
            }
        }
    }

    private void allocatesNothing() {
        try (Run run = new Run(optimizer(), DType.FLOAT32)) {
            run.steps(0, 2, rate());
            List<Hyper> hypers = run.hypers(rate());
            long before = TensorMemory.allocations();
            for (int i = 0; i < 20; i++) {
                run.state.step(hypers);
            }
            assertThat(TensorMemory.allocations()).isEqualTo(before);
        }
    }

    private void forgets() {
        try (Run used = new Run(optimizer(), DType.FLOAT32);
                Run fresh = new Run(optimizer(), DType.FLOAT32)) {
            List<double[]> start = used.values();
            used.steps(0, 5, rate());
            used.state.reset();
            for (int i = 0; i < start.size(); i++) {
                used.params().get(i).value().set(start.get(i));
            }
            used.steps(0, 8, rate());
            fresh.steps(0, 8, rate());
            assertThat(used.values()).usingRecursiveComparison().isEqualTo(fresh.values());
        }
    }

    private void frees() {
        long before = TensorMemory.bytesInUse();
        try (TensorScope scope = TensorScope.open();
                Run run = new Run(optimizer(), DType.FLOAT32)) {
            run.steps(0, 2, rate());
            run.groups.get(0).trainable(false, false);
            run.steps(2, 4, rate());
        }
        assertThat(TensorMemory.bytesInUse()).isEqualTo(before);
    }

    /** Two parameter groups, the gradients of each step, and an optimizer at work on them. */
    final class Run implements AutoCloseable {
        final List<ParamGroup> groups = new ArrayList<>();
        final OptimizerState state;
        private final Optimizer optimizer;

        Run(Optimizer optimizer, DType dtype) {
            this.optimizer = optimizer;
            for (int group = 0; group < 2; group++) {
                List<Param> params = List.of(
                        Param.of("weight", Shape.of(5, 7), Init.normal(1), Param.Role.WEIGHT),
                        Param.of("bias", Shape.of(5), Init.normal(1), Param.Role.BIAS),
                        Param.of("table", Shape.of(3, 11), Init.normal(1), Param.Role.WEIGHT),
                        Param.of("scale", Shape.of(19), Init.normal(1), Param.Role.NORM));
                for (Param param : params) {
                    param.initialize(Seed.of(group).fold(param.name()), dtype);
                }
                groups.add(ParamGroup.of("group " + group, params));
            }
            this.state = optimizer.over(groups);
        }

        List<Hyper> hypers(double rate) {
            return List.of(
                    new Hyper(rate, optimizer.momentum(), optimizer.weightDecay()),
                    new Hyper(rate / 2, optimizer.momentum(), optimizer.weightDecay()));
        }

        void steps(int from, int to, double rate) {
            for (int step = from; step < to; step++) {
                RandomStream stream = Seed.of(11).fold(step).stream();
                for (Param param : params()) {
                    double[] gradient = new double[Math.toIntExact(param.shape().elements())];
                    for (int i = 0; i < gradient.length; i++) {
                        gradient[i] = stream.nextGaussian();
                    }
                    Tensor buffer = param.value().gradientBuffer();
                    assertThat(buffer).isNotNull();
                    if (buffer != null) {
                        buffer.set(gradient);
                    }
                }
                state.step(hypers(rate));
            }
        }

        List<Param> params() {
            return groups.stream().flatMap(group -> group.params().stream()).toList();
        }

        List<double[]> values() {
            return params().stream().map(param -> param.value().toDoubles()).toList();
        }

        void continueFrom(Run other) {
            for (int i = 0; i < params().size(); i++) {
                params().get(i).value().set(other.values().get(i));
                params().get(i).trainable(other.params().get(i).isTrainable());
            }
            state.restore(
                    other.state.tensors(),
                    JsonPlace.of(Json.parse(other.state.counters().write())));
        }

        @Override
        public void close() {
            state.close();
            groups.forEach(ParamGroup::close);
        }
    }
}
