package org.learn4j.benchmarks;

import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** {@code torch::optim::AdamW}: a dozen tensor operations for each parameter. */
final class LibtorchAdamW implements LibtorchOptimizer {
    private final AdamW adam;

    LibtorchAdamW(List<Tensor> parameters) {
        var options = new AdamWOptions(MlpTask.LEARNING_RATE);
        putBetas(options.betas());
        options.eps().put(MlpTask.ADAM_EPSILON);
        options.weight_decay().put(MlpTask.WEIGHT_DECAY);
        adam = new AdamW(new TensorVector(parameters.toArray(Tensor[]::new)), options);
    }

    /** Writes into a {@code std::tuple}, whose memory GCC's library orders backwards: 0.999 first tells. */
    private static void putBetas(DoublePointer betas) {
        boolean backwards = betas.get(0) > betas.get(1);
        betas.put(backwards ? 1 : 0, MlpTask.BETA1).put(backwards ? 0 : 1, MlpTask.BETA2);
    }

    @Override
    public void step() {
        adam.step();
        adam.zero_grad();
    }

    @Override
    public void close() {
        adam.close();
    }
}
