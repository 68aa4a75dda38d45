package org.learn4j.nn;

import org.junit.jupiter.api.Nested;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.testkit.LayerContract;

class LayerContractsTest {
    @Nested
    class OfLinear implements LayerContract {
        @Override
        public Layer layer() {
            return Linear.of(5, 3);
        }

        @Override
        public Tensor input(DType type) {
            return LayerContract.normal(type, 4, 5);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 3);
        }

        @Override
        public Tensor badInput() {
            return Tensor.ones(4, 6);
        }
    }

    @Nested
    class OfLinearWithoutBiasOnThreeAxes implements LayerContract {
        @Override
        public Layer layer() {
            return Linear.of(5, 3).withoutBias();
        }

        @Override
        public Tensor input(DType type) {
            return LayerContract.normal(type, 4, 2, 5);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 2, 3);
        }

        @Override
        public Tensor badInput() {
            return Tensor.ones(4, 5, 2);
        }
    }

    @Nested
    class OfWeightNorm implements LayerContract {
        @Override
        public Layer layer() {
            return WeightNorm.of(Linear.of(5, 3));
        }

        @Override
        public Tensor input(DType type) {
            return LayerContract.normal(type, 4, 5);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 3);
        }

        @Override
        public Tensor badInput() {
            return Tensor.ones(4, 6);
        }
    }

    @Nested
    class OfEmbedding implements LayerContract {
        @Override
        public Layer layer() {
            return Embedding.of(6, 4);
        }

        @Override
        public Tensor input(DType type) {
            return Tensor.of(new int[] {5, 0, 0, 3, 2, 5}, 3, 2);
        }

        @Override
        public Shape output() {
            return Shape.of(3, 2, 4);
        }

        @Override
        public Tensor badInput() {
            return Tensor.ones(3, 2);
        }
    }

    @Nested
    class OfEmbeddings implements LayerContract {
        @Override
        public Layer layer() {
            return Embeddings.of(Embedding.of(6, 4), Embedding.of(3, 2), Embedding.of(2, 1));
        }

        @Override
        public Tensor input(DType type) {
            return Tensor.of(new int[] {5, 0, 0, 3, 2, 1, 5, 2, 0, 0, 0, 0}, 4, 3);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 7);
        }

        @Override
        public Tensor badInput() {
            return Tensor.of(new int[8], 4, 2);
        }
    }

    @Nested
    class OfBatchNorm1d implements LayerContract {
        @Override
        public Layer layer() {
            return BatchNorm1d.of(5).momentum(0.2).epsilon(1e-3);
        }

        @Override
        public Tensor input(DType type) {
            return LayerContract.normal(type, 4, 5);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 5);
        }

        @Override
        public Tensor badInput() {
            return Tensor.ones(4, 6);
        }
    }

    @Nested
    class OfBatchNorm1dOnSequences implements LayerContract {
        @Override
        public Layer layer() {
            return BatchNorm1d.of(5);
        }

        @Override
        public Tensor input(DType type) {
            return LayerContract.normal(type, 4, 5, 3);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 5, 3);
        }

        @Override
        public Tensor badInput() {
            return Tensor.ones(5);
        }
    }

    @Nested
    class OfLayerNorm implements LayerContract {
        @Override
        public Layer layer() {
            return LayerNorm.of(5).epsilon(1e-4);
        }

        @Override
        public Tensor input(DType type) {
            return LayerContract.normal(type, 4, 2, 5);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 2, 5);
        }

        @Override
        public Tensor badInput() {
            return Tensor.ones(4, 6);
        }
    }

    @Nested
    class OfFlatten implements LayerContract {
        @Override
        public Layer layer() {
            return Flatten.of();
        }

        @Override
        public Tensor input(DType type) {
            return LayerContract.normal(type, 4, 2, 5);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 10);
        }

        @Override
        public Tensor badInput() {
            return Tensor.scalar(1);
        }
    }

    @Nested
    class OfResidual implements LayerContract {
        @Override
        public Layer layer() {
            return Residual.of(Sequential.of(Linear.of(5, 6), Activation.gelu(), Linear.of(6, 3)))
                    .shortcut(Linear.of(5, 3).withoutBias())
                    .activation(Activation.silu());
        }

        @Override
        public Tensor input(DType type) {
            return LayerContract.normal(type, 4, 5);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 3);
        }

        @Override
        public Tensor badInput() {
            return Tensor.ones(4, 6);
        }
    }

    @Nested
    class OfSequential implements LayerContract {
        @Override
        public Layer layer() {
            return Sequential.of(Linear.of(5, 6), Activation.relu(), BatchNorm1d.of(6), Dropout.of(0.3))
                    .then("head", Sequential.of(Linear.of(6, 3), SigmoidRange.of(-1, 2)));
        }

        @Override
        public Tensor input(DType type) {
            return LayerContract.normal(type, 4, 5);
        }

        @Override
        public Shape output() {
            return Shape.of(4, 3);
        }

        @Override
        public Tensor badInput() {
            return Tensor.ones(4, 6);
        }
    }
}
