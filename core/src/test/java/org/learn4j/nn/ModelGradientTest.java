package org.learn4j.nn;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.learn4j.loss.Loss;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.testkit.DirectionCheck;
import org.learn4j.testkit.LayerContract;

/** Gradients of whole models in float64 along 10 random directions, relative error at most 1e-4 (R03). */
class ModelGradientTest {
    private static void check(Layer model, Loss loss, Tensor target, Tensor... inputs) {
        try (model) {
            model.initialize(Seed.of(42), DType.FLOAT64);
            List<Tensor> leaves = new ArrayList<>();
            LayerTree.params(model).values().forEach(param -> leaves.add(param.value()));
            for (Tensor input : inputs) {
                if (input.dtype().isFloating()) {
                    leaves.add(input.requireGradient(true));
                }
            }
            DirectionCheck.of(() -> loss.mean(model.call(Pass.training(Seed.of(3)), inputs), target), leaves)
                    .check(10, 1e-4, Seed.of(17));
        }
    }

    @Test
    void of_an_mlp_with_batch_norm_and_dropout() {
        try (TensorScope scope = TensorScope.open()) {
            check(
                    Sequential.of(
                            Linear.of(6, 10),
                            Activation.relu(),
                            BatchNorm1d.of(10),
                            Dropout.of(0.2),
                            Linear.of(10, 5),
                            BatchNorm1d.of(5),
                            Activation.relu(),
                            Dropout.of(0.5),
                            Linear.of(5, 1)),
                    Loss.mse(),
                    LayerContract.normal(DType.FLOAT64, 12),
                    LayerContract.normal(DType.FLOAT64, 12, 6));
        }
    }

    @Test
    void of_a_tabular_model() {
        try (TensorScope scope = TensorScope.open()) {
            check(
                    new TwoInputs(
                            Embeddings.of(Embedding.of(4, 3), Embedding.of(3, 2)),
                            BatchNorm1d.of(3),
                            Sequential.of(
                                    Dropout.of(0.1),
                                    Linear.of(8, 6),
                                    Activation.relu(),
                                    BatchNorm1d.of(6),
                                    Linear.of(6, 1),
                                    SigmoidRange.of(0, 6))),
                    Loss.huber(0.7),
                    LayerContract.normal(DType.FLOAT64, 9, 1),
                    Tensor.of(new int[] {0, 0, 1, 2, 3, 1, 0, 2, 2, 2, 1, 0, 0, 0, 3, 1, 3, 2}, 9, 2),
                    LayerContract.normal(DType.FLOAT64, 9, 3));
        }
    }

    @Test
    void of_a_residual_network_with_weight_norm_and_layer_norm() {
        Layer block = Residual.of(Sequential.of(
                        WeightNorm.of(Linear.of(7, 4)),
                        Activation.silu(),
                        LayerNorm.of(4),
                        WeightNorm.of(Linear.of(4, 7)),
                        Activation.leakyRelu(0.1)))
                .activation(Activation.gelu());
        Layer narrowing = Residual.of(Linear.of(7, 3)).shortcut(Linear.of(7, 3).withoutBias());
        Sequential model = Sequential.of(Flatten.of(), block, narrowing, Activation.softplus(), Linear.of(3, 4));
        try (TensorScope scope = TensorScope.open()) {
            Tensor classes = Tensor.of(new int[] {0, 3, 2, 1, 1});
            Tensor x = LayerContract.normal(DType.FLOAT64, 5, 7, 1);
            check(model, Loss.crossEntropy().classWeights(1, 2, 3, 4).labelSmoothing(0.1), classes, x);
            check(model, Loss.focal(2), classes, x);
            check(model, Loss.focal(0.5).classWeights(1, 2, 3, 4), classes, x);
            Tensor answers = Tensor.of(new int[] {0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0, 0}, 5, 4);
            check(model, Loss.bceWithLogits().positiveWeights(2, 1, 0.5, 3), answers, x);
            check(model, Loss.bceWithLogits().positiveWeights(2), answers, x);
            check(model, Loss.l1(), LayerContract.normal(DType.FLOAT64, 5, 4), x);
        }
    }
}
