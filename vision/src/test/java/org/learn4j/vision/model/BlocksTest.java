package org.learn4j.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.ShapeMismatchException;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.LayerContract;

class BlocksTest {
    private interface BlockContract extends LayerContract {
        @Override
        default Tensor input(DType type) {
            return LayerContract.normal(type, 4, 2, 4, 4);
        }

        @Override
        default Tensor badInput() {
            return Tensor.ones(4, 3, 4, 4);
        }

        @Override
        default LayerRegistry registry() {
            return VisionLayers.register(LayerRegistry.standard());
        }
    }

    private static Sequential path(int outputs, int stride) {
        return Sequential.of()
                .then("conv1", Parts.conv(2, outputs, 3, stride))
                .then("bn1", BatchNorm2d.of(outputs))
                .then("relu", Activation.relu())
                .then("conv2", Parts.conv(outputs, outputs, 3, 1));
    }

    @Nested
    class OfResidualBlock implements BlockContract {
        @Override
        public Layer layer() {
            return ResidualBlock.of(path(2, 1));
        }

        @Override
        public Shape output() {
            return Shape.of(4, 2, 4, 4);
        }
    }

    @Nested
    class OfResidualBlockWithShortcut implements BlockContract {
        @Override
        public Layer layer() {
            return ResidualBlock.of(path(3, 2), "downsample", Sequential.of(Parts.conv(2, 3, 1, 2)));
        }

        @Override
        public Shape output() {
            return Shape.of(4, 3, 2, 2);
        }
    }

    @Nested
    class OfPaddedShortcut implements BlockContract {
        @Override
        public Layer layer() {
            return PaddedShortcut.of(2, 4);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 4, 2, 2);
        }
    }

    @Nested
    class OfFire implements BlockContract {
        /** From a recipe biases do not start at 0, where the derivative of ReLU jumps. */
        @Override
        public Layer layer() {
            return registry().build(Fire.of(2, 2, 3).recipe());
        }

        @Override
        public Shape output() {
            return Shape.of(4, 6, 4, 4);
        }
    }

    @Nested
    class OfDenseLayer implements BlockContract {
        @Override
        public Layer layer() {
            return DenseLayer.of(2, 4, 3);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 5, 4, 4);
        }
    }

    @Nested
    class OfInvertedResidual implements BlockContract {
        @Override
        public Layer layer() {
            return InvertedResidual.of(Sequential.of(Conv2d.of(2, 2, 1), Relu6.of()), true);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 2, 4, 4);
        }
    }

    @Test
    void aResidualBlockIsTheReluOfTheSum() {
        try (TensorScope scope = TensorScope.open();
                Sequential path = path(2, 1);
                Layer block = ResidualBlock.of(path).initialize(Seed.of(1))) {
            assertThat(scope).isNotNull();
            Tensor x = LayerContract.normal(DType.FLOAT32, 2, 2, 5, 5);
            float[] expected = x.plus(path.predict(x)).relu().toFloats();
            assertThat(block.predict(x).toFloats())
                    .containsExactly(expected, org.assertj.core.data.Offset.offset(1e-6f));
        }
    }

    @Test
    void aPaddedShortcutPutsZerosOnBothSides() {
        try (TensorScope scope = TensorScope.open()) {
            assertThat(scope).isNotNull();
            Tensor x = Tensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 1, 3, 3);
            assertThat(PaddedShortcut.of(1, 3).predict(x).toFloats())
                    .containsExactly(0, 0, 0, 0, 1, 3, 7, 9, 0, 0, 0, 0);
        }
        assertThatThrownBy(() -> PaddedShortcut.of(1, 2)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void relu6StopsAtSix() {
        try (TensorScope scope = TensorScope.open()) {
            assertThat(scope).isNotNull();
            assertThat(Relu6.of()
                            .predict(Tensor.of(new float[] {-1, 0, 3, 6, 7}, 5))
                            .toFloats())
                    .containsExactly(0, 0, 3, 6, 6);
        }
    }

    @Test
    void aBlockWhoseSidesDifferSaysWhere() {
        try (TensorScope scope = TensorScope.open();
                Layer block = Sequential.of(ResidualBlock.of(path(3, 1))).initialize(Seed.of(1))) {
            assertThat(scope).isNotNull();
            assertThatThrownBy(() -> block.predict(Tensor.ones(1, 2, 4, 4)))
                    .isInstanceOf(ShapeMismatchException.class)
                    .hasMessageContaining("expects its path to give shape [1, 2, 4, 4], received [1, 3, 4, 4]");
        }
    }
}
