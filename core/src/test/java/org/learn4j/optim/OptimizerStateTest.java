package org.learn4j.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tensor.AllocationFaults;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorMemory;
import org.learn4j.tensor.TensorMemoryException;
import org.learn4j.tensor.TensorScope;

class OptimizerStateTest {
    private static final Hyper HYPER = new Hyper(.1, .9, 0);

    private final Param weight = Parameters.weight(DType.FLOAT32, 1, 2, 3);
    private final Param bias = Parameters.of(DType.FLOAT32, Param.Role.BIAS, 1, 1);
    private final Param norm = Parameters.of(DType.FLOAT32, Param.Role.NORM, 1, 1);
    private final Param head = Parameters.weight(DType.FLOAT32, 5, 6);
    private List<ParamGroup> groups = List.of();

    @BeforeEach
    void makeGroups() {
        groups = List.of(Parameters.group(weight, bias, norm), Parameters.group(head));
        for (Param param : List.of(weight, bias, norm, head)) {
            double[] ones = new double[Math.toIntExact(param.shape().elements())];
            Arrays.fill(ones, 1);
            Parameters.gradient(param, ones);
        }
    }

    @AfterEach
    void closeGroups() {
        groups.forEach(ParamGroup::close);
    }

    @Test
    void everyGroupHasItsOwnHyperParameters() {
        try (OptimizerState state = Optimizer.sgd().over(groups)) {
            state.step(List.of(new Hyper(.1, 0, 0), new Hyper(1, 0, .5)));
        }
        assertThat(weight.value().toDoubles()).containsExactly(new double[] {.9, 1.9, 2.9}, within(1e-6));
        assertThat(head.value().toDoubles()).containsExactly(new double[] {1.5, 2}, within(1e-6));
    }

    @Test
    void aParameterUnfrozenLateIsDebiasedAsTheYoungOneItIs() {
        try (OptimizerState state = Optimizer.adam().over(groups)) {
            groups.get(0).trainable(false, true);
            for (int i = 0; i < 5; i++) {
                state.step(List.of(HYPER, HYPER));
            }
            assertThat(weight.value().toDoubles()).containsExactly(1, 2, 3);
            assertThat(state.counters().write()).isEqualTo("{\"updates\":[[0,0,5],[5]]}");
            groups.get(0).trainable(true, true);
            state.step(List.of(HYPER, HYPER));
            // the first step of Adam is as long as the rate, whatever the gradient
            assertThat(weight.value().toDoubles()).containsExactly(new double[] {.9, 1.9, 2.9}, within(1e-5));
            assertThat(bias.value().toDoubles()).containsExactly(new double[] {.9, .9}, within(1e-5));
            assertThat(norm.value().toDoubles()).containsExactly(new double[] {.4, .4}, within(1e-5));
            assertThat(state.counters().write()).isEqualTo("{\"updates\":[[1,1,6],[6]]}");
        }
    }

    @Test
    void whatIsRememberedSurvivesFreezing() {
        double[] without = movedBy(false);
        assertThat(movedBy(true)).isEqualTo(without);
    }

    private double[] movedBy(boolean frozenInBetween) {
        weight.value().set(1f, 2f, 3f);
        weight.trainable(true);
        try (OptimizerState state = Optimizer.adam().over(groups)) {
            state.step(List.of(HYPER, HYPER));
            if (frozenInBetween) {
                weight.trainable(false);
                state.step(List.of(HYPER, HYPER));
                weight.trainable(true);
            }
            Parameters.gradient(weight, -3, 2, .5);
            state.step(List.of(HYPER, HYPER));
            Parameters.gradient(weight, 1, 1, 1);
            return weight.value().toDoubles();
        }
    }

    @Test
    void weightsDecayEvenIfNoStepMovesThem() {
        try (OptimizerState state = Optimizer.of("idle", Step.average(true)).over(groups)) {
            state.step(List.of(new Hyper(.5, .9, .5), HYPER));
        }
        assertThat(weight.value().toDoubles()).containsExactly(new double[] {.75, 1.5, 2.25}, within(1e-6));
        assertThat(bias.value().toDoubles()).containsExactly(1, 1);
    }

    @Test
    void aStepThatWentWrongLeavesNothingBehindOnceItsStateIsRestored() {
        try (OptimizerState state = Optimizer.lamb().over(groups)) {
            Json.Fields counters = state.counters();
            Parameters.gradient(weight, Double.NaN, 1, 1);
            state.step(List.of(HYPER, HYPER));
            assertThat(weight.value().toDoubles()).contains(Double.NaN);
            weight.value().set(1f, 2f, 3f);
            Parameters.gradient(weight, 1, 1, 1);
            state.restore(Map.of(), JsonPlace.of(counters));
            state.step(List.of(HYPER, HYPER));
            assertThat(weight.value().toDoubles()).doesNotContain(Double.NaN);
        }
    }

    @Test
    void onlyGroupsThatWereTrainedHaveMemory() {
        try (OptimizerState state = Optimizer.lookahead(Optimizer.adam(), 6, .5).over(groups)) {
            assertThat(state.tensors()).isEmpty();
            groups.get(0).trainable(false, false);
            state.step(List.of(HYPER, HYPER));
            assertThat(state.tensors().keySet()).containsExactly("1/average", "1/averageSquare", "1/slow");
            groups.get(0).trainable(true, true);
            state.step(List.of(HYPER, HYPER));
            assertThat(state.tensors().keySet())
                    .containsExactly(
                            "0/average", "0/averageSquare", "0/slow", "1/average", "1/averageSquare", "1/slow");
        }
    }

    @Test
    void worksInsideAScopeAndOutlivesIt() {
        try (OptimizerState state = Optimizer.lamb().over(groups)) {
            for (int i = 0; i < 3; i++) {
                try (TensorScope scope = TensorScope.open()) {
                    state.step(List.of(HYPER, HYPER));
                }
            }
            assertThat(state.tensors().values()).noneMatch(Tensor::isClosed);
        }
    }

    @Test
    void goesBackToTheBeginningWhenNothingWasSaved() {
        try (OptimizerState state = Optimizer.adam().over(groups)) {
            Json.Fields counters = state.counters();
            state.step(List.of(HYPER, HYPER));
            state.restore(Map.of(), JsonPlace.of(counters));
            assertThat(state.counters()).isEqualTo(counters);
            state.tensors()
                    .values()
                    .forEach(tensor -> assertThat(tensor.toDoubles()).containsOnly(0));
        }
    }

    @Test
    void refusesSavedStatesThatDoNotFitAndStaysAsItIs() {
        try (OptimizerState state = Optimizer.adam().over(groups)) {
            state.step(List.of(HYPER, HYPER));
            Json.Fields counters = state.counters();
            Map<String, Tensor> tensors = state.tensors();

            refuses(state, tensors, Json.object().with("updates", Json.array()), "the updates of 2 parameter groups");
            refuses(state, tensors, updates("[[1,1],[1]]"), "$.updates[0]: expected the updates of 3 parameters");
            refuses(state, tensors, updates("[[1,1,-1],[1]]"), "not negative");
            refuses(state, tensors, updates("[[1,1,\"x\"],[1]]"), "expected an integer");

            Map<String, Tensor> fewer = new HashMap<>(tensors);
            fewer.remove("1/averageSquare");
            refuses(state, fewer, counters, "1/averageSquare is not there");

            Map<String, Tensor> more = new HashMap<>(tensors);
            more.put("2/average", tensors.get("1/average"));
            refuses(state, more, counters, "[2/average]");

            try (Tensor wrong = Tensor.zeros(3)) {
                Map<String, Tensor> other = new HashMap<>(tensors);
                other.put("0/average", wrong);
                refuses(state, other, counters, "0/average is FLOAT32 [3]");
            }
        }
    }

    private static Json.Fields updates(String json) {
        return Json.object().with("updates", Json.parse(json));
    }

    private static void refuses(
            OptimizerState state, Map<String, Tensor> tensors, Json.Fields counters, String message) {
        Json.Fields before = state.counters();
        List<double[]> values =
                state.tensors().values().stream().map(Tensor::toDoubles).toList();
        assertThatThrownBy(() -> state.restore(tensors, JsonPlace.of(counters)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(message);
        assertThat(state.counters()).isEqualTo(before);
        assertThat(state.tensors().values().stream().map(Tensor::toDoubles).toList())
                .usingRecursiveComparison()
                .isEqualTo(values);
    }

    @Test
    void wantsOneSetOfHyperParametersAGroup() {
        try (OptimizerState state = Optimizer.adam().over(groups)) {
            assertThatThrownBy(() -> state.step(List.of(HYPER)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "One set of hyper-parameters a parameter group is expected: there are 2 groups, received"
                                    + " 1");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void changesNothingWhenMemoryRunsOutAndThenTriesAgain(int successes) {
        long before = TensorMemory.bytesInUse();
        try (OptimizerState state = Optimizer.adam().over(groups)) {
            AllocationFaults.failAfter(successes, false);
            assertThatThrownBy(() -> state.step(List.of(HYPER, HYPER))).isInstanceOf(TensorMemoryException.class);
            assertThat(weight.value().toDoubles()).containsExactly(1, 2, 3);
            assertThat(state.counters().write()).isEqualTo("{\"updates\":[[0,0,0],[0]]}");
            state.step(List.of(HYPER, HYPER));
            assertThat(weight.value().toDoubles()).containsExactly(new double[] {.9, 1.9, 2.9}, within(1e-5));
            assertThat(head.value().toDoubles()).containsExactly(new double[] {4.9, 5.9}, within(1e-5));
        } finally {
            AllocationFaults.disarm();
        }
        assertThat(TensorMemory.bytesInUse()).isEqualTo(before);
    }

    @Test
    void saysThatItWasClosed() {
        OptimizerState state = Optimizer.adam().over(groups);
        state.step(List.of(HYPER, HYPER));
        state.close();
        state.close();
        assertThatThrownBy(() -> state.step(List.of(HYPER, HYPER)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(state::tensors).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aGroupWithoutParametersIsFine() {
        try (ParamGroup empty = ParamGroup.of("empty", List.of());
                OptimizerState state = Optimizer.adam().over(List.of(empty))) {
            state.step(List.of(HYPER));
            assertThat(state.counters().write()).isEqualTo("{\"updates\":[[]]}");
        }
    }

    @Test
    void aStepThatAsksForAVectorNobodyNamedIsTold() {
        Step forgetful = s -> s.state("history");
        Step careless = Stretch::scratch;
        try (OptimizerState state =
                Optimizer.of("forgetful", Step.average(true), forgetful).over(groups)) {
            assertThatThrownBy(() -> state.step(List.of(HYPER, HYPER)))
                    .hasMessage("No step of the recipe names the state \"history\" in state(), only [average]");
        }
        try (OptimizerState state = Optimizer.of("careless", careless).over(groups)) {
            assertThatThrownBy(() -> state.step(List.of(HYPER, HYPER))).hasMessageContaining("\"scratch\"");
        }
    }
}
