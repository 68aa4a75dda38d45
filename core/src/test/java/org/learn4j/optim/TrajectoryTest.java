package org.learn4j.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.tensor.DType;
import org.learn4j.testkit.Golden;

/** R05: optimizers follow trajectories that others computed, step by step. */
class TrajectoryTest {
    static Stream<Golden.Case> single() {
        return Golden.load("optimizers").stream()
                .filter(c -> !c.text("optimizer").equals("lamb"))
                .filter(c -> !c.text("optimizer").equals("rmsprop_torch")); // another rule, which we do not offer
    }

    static Stream<Golden.Case> lamb() {
        return Golden.load("optimizers", "optimizer", "lamb").stream();
    }

    @ParameterizedTest
    @MethodSource("single")
    void followsTheTrajectoryInFloat32(Golden.Case c) {
        follows(c, DType.FLOAT32, c.number("float32_atol", 1e-6));
    }

    @ParameterizedTest
    @MethodSource("single")
    void followsTheTrajectoryInFloat64(Golden.Case c) {
        follows(c, DType.FLOAT64, 1e-11);
    }

    @ParameterizedTest
    @MethodSource("lamb")
    void scalesEveryTensorByItsOwnTrustRatio(Golden.Case c) {
        followsLamb(c, DType.FLOAT32, 1e-6);
        followsLamb(c, DType.FLOAT64, 1e-11);
    }

    private static void follows(Golden.Case c, DType dtype, double tolerance) {
        Param param = Parameters.weight(dtype, c.input("p0").data());
        Optimizer optimizer = optimizer(c);
        try (ParamGroup group = Parameters.group(param);
                OptimizerState state = optimizer.over(List.of(group))) {
            for (int step = 0; step < c.output("trajectory").shape()[0]; step++) {
                Parameters.gradient(param, c.input("grads").row(step).data());
                state.step(List.of(hyper(c, step)));
                assertClose(c, step, param, c.output("trajectory").row(step), tolerance);
            }
        }
    }

    private static void followsLamb(Golden.Case c, DType dtype, double tolerance) {
        List<String> names = List.of("a", "b", "c", "d");
        List<Param> params = names.stream()
                .map(name -> Parameters.weight(dtype, c.input("p0_" + name).data()))
                .toList();
        try (ParamGroup group = ParamGroup.of("all", params);
                OptimizerState state = optimizer(c).over(List.of(group))) {
            for (int step = 0; step < 10; step++) {
                for (int i = 0; i < names.size(); i++) {
                    Parameters.gradient(
                            params.get(i),
                            c.input("grads_" + names.get(i)).row(step).data());
                }
                state.step(List.of(hyper(c, step)));
                for (int i = 0; i < names.size(); i++) {
                    Golden.Array expected =
                            c.output("trajectory_" + names.get(i)).row(step);
                    assertClose(c, step, params.get(i), expected, tolerance);
                }
            }
        }
    }

    private static void assertClose(Golden.Case c, int step, Param param, Golden.Array expected, double tolerance) {
        double[] values = param.value().toDoubles();
        for (int i = 0; i < values.length; i++) {
            assertThat(values[i])
                    .as("%s, step %s, component %s", c.name(), step + 1, i)
                    .isCloseTo(expected.data()[i], within(tolerance * Math.max(1, Math.abs(expected.data()[i]))));
        }
    }

    private static Hyper hyper(Golden.Case c, int step) {
        return c.flag("scheduled")
                ? new Hyper(c.input("lr").data()[step], c.input("mom").data()[step], c.number("wd"))
                : new Hyper(c.number("lr"), c.number("mom"), c.number("wd"));
    }

    private static Optimizer optimizer(Golden.Case c) {
        double momentum = c.number("mom");
        Optimizer rule = switch (c.text("optimizer")) {
            case "sgd" ->
                c.flag("nesterov")
                        ? Optimizer.sgd().momentum(momentum).nesterov()
                        : Optimizer.sgd().momentum(momentum);
            case "rmsprop" -> averages(Optimizer.rmsProp(), c);
            case "adam" -> averages(Optimizer.adam(), c);
            case "radam" -> averages(Optimizer.radam(), c);
            case "lamb" -> averages(Optimizer.lamb(), c);
            default -> throw new AssertionError(c.text("optimizer"));
        };
        Optimizer decaying = c.flag("decoupled") ? rule.decoupledWeightDecay() : rule.l2WeightDecay();
        return c.has("k") ? Optimizer.lookahead(decaying, c.integer("k"), c.number("alpha")) : decaying;
    }

    private static Optimizer averages(Optimizer rule, Golden.Case c) {
        return rule.betas(c.number("mom"), c.number("sqr_mom")).epsilon(c.number("eps"));
    }
}
