package org.learn4j.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.learn4j.nn.Param;
import org.learn4j.nn.ParamGroup;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Tensor;

class GradientNormTest {
    private final Param one = Parameters.weight(DType.FLOAT32, 0, 0);
    private final Param two = Parameters.of(DType.FLOAT32, Param.Role.BIAS, 0, 0);
    private final Param three = Parameters.weight(DType.FLOAT32, 0);
    private List<ParamGroup> groups = List.of();

    @BeforeEach
    void makeGroups() {
        groups = List.of(Parameters.group(one, two), Parameters.group(three));
        Parameters.gradient(one, 1, 2);
        Parameters.gradient(two, 2, 4);
        Parameters.gradient(three, 5);
    }

    @AfterEach
    void closeGroups() {
        groups.forEach(ParamGroup::close);
    }

    @Test
    void isTheLengthOverAllGroups() {
        assertThat(GradientNorm.of(groups)).isCloseTo(Math.sqrt(50), within(1e-6));
    }

    @Test
    void countsOnlyWhatIsTrained() {
        two.trainable(false);
        assertThat(GradientNorm.of(groups)).isCloseTo(Math.sqrt(30), within(1e-6));
        GradientNorm.scale(groups, 2);
        assertThat(gradient(one)).containsExactly(2, 4);
        assertThat(gradient(two)).containsExactly(2, 4);
    }

    @Test
    void clipsAsPyTorchDoes() {
        assertThat(GradientNorm.clip(groups, 10)).isCloseTo(Math.sqrt(50), within(1e-6));
        assertThat(gradient(three)).containsExactly(5);

        GradientNorm.clip(groups, 1);
        assertThat(gradient(three)).containsExactly(new double[] {5 / (Math.sqrt(50) + 1e-6)}, within(1e-6));
        assertThat(GradientNorm.of(groups)).isCloseTo(1, within(1e-6));
    }

    @Test
    void leavesGradientsThatAreNotFiniteToOthers() {
        Parameters.gradient(three, Double.POSITIVE_INFINITY);
        assertThat(GradientNorm.clip(groups, 1)).isInfinite();
        assertThat(gradient(one)).containsExactly(1, 2);
        Parameters.gradient(three, Double.NaN);
        assertThat(GradientNorm.clip(groups, 1)).isNaN();
        assertThat(gradient(one)).containsExactly(1, 2);
    }

    @Test
    void wantsAPositiveLimit() {
        assertThatThrownBy(() -> GradientNorm.clip(groups, 0)).hasMessageContaining("received 0.0");
    }

    private static double[] gradient(Param param) {
        Tensor gradient = param.value().gradientBuffer();
        return gradient == null ? new double[0] : gradient.toDoubles();
    }
}
