package org.learn4j.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tensor.DType;

class OptimizerTest {
    static Stream<Optimizer> optimizers() {
        return Stream.of(
                Optimizer.sgd(),
                Optimizer.sgd().momentum(.9),
                Optimizer.sgd().momentum(.9).nesterov().weightDecay(.1),
                Optimizer.rmsProp().epsilon(1e-6),
                Optimizer.adam().betas(.95, .999).epsilon(1e-8).weightDecay(.2).l2WeightDecay(),
                Optimizer.radam().decayNormAndBias(true),
                Optimizer.lamb(),
                Optimizer.ranger(),
                Optimizer.lookahead(Optimizer.sgd(), 3, .25));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void comesBackFromItsJson(Optimizer optimizer) {
        Optimizer back =
                Optimizer.fromJson(JsonPlace.of(Json.parse(optimizer.toJson().write())));
        assertThat(back).isEqualTo(optimizer).hasSameHashCodeAs(optimizer).hasToString(optimizer.toString());
    }

    @Test
    void hasTheDefaultsOfFastai() {
        assertThat(Optimizer.adam().hyper(1e-3)).isEqualTo(new Hyper(1e-3, .9, .01));
        assertThat(Optimizer.ranger().hyper(1e-3)).isEqualTo(new Hyper(1e-3, .95, .01));
        assertThat(Stream.of(Optimizer.sgd(), Optimizer.rmsProp(), Optimizer.radam(), Optimizer.lamb()))
                .allMatch(optimizer -> optimizer.weightDecay() == 0 && !optimizer.decaysNormAndBias());
        assertThat(Optimizer.adam().toJson().write())
                .isEqualTo("{\"rule\":\"adam\",\"momentum\":0.9,\"squareMomentum\":0.99,\"epsilon\":1.0E-5,"
                        + "\"weightDecay\":0.01,\"decoupled\":true,\"decayNormAndBias\":false}");
    }

    @Test
    void isARecipeOfSteps() {
        assertThat(Optimizer.adam().steps())
                .hasToString("[WeightDecay[decoupled=true], Average[dampened=true], AverageSquare[], AdamStep[]]");
        assertThat(Optimizer.sgd().steps()).hasToString("[WeightDecay[decoupled=true], SgdStep[]]");
        assertThat(Optimizer.sgd().momentum(.9).l2WeightDecay().steps())
                .hasToString("[WeightDecay[decoupled=false], Average[dampened=false], MomentumStep[nesterov=false]]");
        assertThat(Optimizer.ranger().steps()).last().hasToString("Lookahead[every=6, share=0.5]");
    }

    @Test
    void printsTheExpressionThatMakesIt() {
        assertThat(Optimizer.adam()).hasToString("Optimizer.adam()");
        assertThat(Optimizer.adam()
                        .betas(.95, .999)
                        .epsilon(1e-8)
                        .weightDecay(.2)
                        .l2WeightDecay())
                .hasToString("Optimizer.adam().betas(0.95, 0.999).epsilon(1.0E-8).weightDecay(0.2).l2WeightDecay()");
        assertThat(Optimizer.sgd().momentum(.9).nesterov().decayNormAndBias(true))
                .hasToString("Optimizer.sgd().momentum(0.9).nesterov().decayNormAndBias(true)");
        assertThat(Optimizer.ranger())
                .hasToString("Optimizer.lookahead("
                        + "Optimizer.radam().momentum(0.95).epsilon(1.0E-6).weightDecay(0.01), 6, 0.5)");
        assertThat(Optimizer.of("plain", Step.sgd())).hasToString("Optimizer.of(\"plain\", [SgdStep[]])");
    }

    @Test
    void leavesTheOptimizerItWasMadeFromAsItWas() {
        Optimizer adam = Optimizer.adam();
        adam.epsilon(1e-8).weightDecay(0).betas(0, 0).decayNormAndBias(true);
        assertThat(adam).isEqualTo(Optimizer.adam());
    }

    @Test
    void refusesWhatContradicts() {
        assertThatThrownBy(() -> Optimizer.sgd().nesterov()).hasMessageContaining("momentum(0.9).nesterov()");
        assertThatThrownBy(() -> Optimizer.sgd().momentum(.9).nesterov().momentum(0))
                .hasMessageContaining("needs a momentum");
        assertThatThrownBy(() -> Optimizer.adam().nesterov()).hasMessageContaining("Optimizer.adam()");
        assertThatThrownBy(() -> Optimizer.sgd().epsilon(1e-8)).hasMessageContaining("SGD has no epsilon");
        assertThatThrownBy(() -> Optimizer.sgd().betas(.9, .99)).hasMessageContaining("SGD has no betas");
        assertThatThrownBy(() -> Optimizer.lookahead(Optimizer.ranger(), 5, .5))
                .hasMessageContaining("Lookahead of lookahead");
        assertThatThrownBy(() -> Optimizer.of("adam", Step.sgd())).hasMessageContaining("taken");
    }

    @Test
    void refusesSettingsOutOfRange() {
        assertThatThrownBy(() -> Optimizer.adam().betas(1, .99)).hasMessage("A momentum lies in [0, 1), received 1.0");
        assertThatThrownBy(() -> Optimizer.adam().betas(.9, Double.NaN)).hasMessageContaining("received NaN");
        assertThatThrownBy(() -> Optimizer.adam().epsilon(0)).hasMessageContaining("positive");
        assertThatThrownBy(() -> Optimizer.adam().weightDecay(-.1)).hasMessageContaining("received -0.1");
        assertThatThrownBy(() -> Optimizer.lookahead(Optimizer.adam(), 0, .5)).hasMessageContaining("received 0");
        assertThatThrownBy(() -> Optimizer.lookahead(Optimizer.adam(), 6, 1.5)).hasMessageContaining("received 1.5");
    }

    @Test
    void refusesFilesThatNameSomethingElse() {
        assertThatThrownBy(() -> read(Optimizer.of("own", Step.sgd()).toJson()))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("$.rule: expected an optimizer, one of [sgd, nesterov, rmsProp")
                .hasMessageContaining("received \"own\"");
        assertThatThrownBy(() -> read(Optimizer.adam().toJson().with("epsilon", -1.0)))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("An epsilon is positive and finite, received -1.0");
        assertThatThrownBy(() -> read(Optimizer.adam().toJson().with("class", "java.lang.Runtime")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("$.class: unknown field");
        assertThatThrownBy(() -> read(Optimizer.ranger()
                        .toJson()
                        .with("lookahead", Json.object().with("k", 6))))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("$.lookahead: expected a field \"alpha\"");
    }

    private static Optimizer read(Json.Fields json) {
        return Optimizer.fromJson(JsonPlace.of(json));
    }

    /** The question of the guide: are weight decay and the L2 penalty the same thing? */
    @Test
    void weightDecayIsTheL2PenaltyForPlainSgdAndIsNotForAdam() {
        double[] sgd = afterTenSteps(Optimizer.sgd().weightDecay(.2));
        assertThat(afterTenSteps(Optimizer.sgd().weightDecay(.2).l2WeightDecay()))
                .containsExactly(sgd, within(1e-6));

        double[] adam = afterTenSteps(Optimizer.adam().weightDecay(.2));
        double[] penalised = afterTenSteps(Optimizer.adam().weightDecay(.2).l2WeightDecay());
        for (int i = 0; i < adam.length; i++) {
            assertThat(Math.abs(adam[i] - penalised[i])).isGreaterThan(1e-2);
        }
    }

    private static double[] afterTenSteps(Optimizer optimizer) {
        Param param = Parameters.weight(DType.FLOAT32, 1, -2, .5);
        try (ParamGroup group = Parameters.group(param);
                OptimizerState state = optimizer.over(List.of(group))) {
            for (int step = 0; step < 10; step++) {
                Parameters.gradient(param, .1, .2 - .1 * step, -.3);
                state.step(List.of(optimizer.hyper(.1)));
            }
            return param.value().toDoubles();
        }
    }
}
