package org.learn4j.optim;

import java.util.ArrayList;
import java.util.List;
import org.learn4j.nn.Init;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;

/** Parameter groups with given numbers, for tests. */
final class Parameters {
    private Parameters() {}

    static Param weight(DType dtype, double... values) {
        return of(dtype, Param.Role.WEIGHT, values);
    }

    static Param of(DType dtype, Param.Role role, double... values) {
        Param param = Param.of(role.name(), Shape.of(values.length), Init.zeros(), role);
        param.initialize(Seed.of(1), dtype);
        param.value().set(values);
        return param;
    }

    /** Returns a group, its parameters ordered as it orders them: weights, biases, normalisation. */
    static ParamGroup group(Param... params) {
        return ParamGroup.of("group", List.of(params));
    }

    static void gradient(Param param, double... gradient) {
        Tensor buffer = param.value().gradientBuffer();
        if (buffer == null) {
            throw new AssertionError("a parameter of a group has a gradient");
        }
        buffer.set(gradient);
    }

    static List<double[]> values(ParamGroup group) {
        List<double[]> values = new ArrayList<>();
        group.params().forEach(param -> values.add(param.value().toDoubles()));
        return values;
    }
}
