package org.learn4j.benchmarks;

import java.util.List;
import java.util.function.IntFunction;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The {@link MlpTask} in libtorch. */
final class LibtorchMlp {
    private LibtorchMlp() {}

    /** With the AdamW class of libtorch's C++ front end. */
    static Contender withAdamW(MlpTask task) {
        return LibtorchNetwork.training(task.batches().size(), network -> losses(task, network), LibtorchAdamW::new);
    }

    /** With the fused AdamW kernel, as {@code torch.optim.AdamW(fused=True)} calls it from Python. */
    static Contender withFusedAdamW(MlpTask task) {
        return LibtorchNetwork.training(
                task.batches().size(), network -> losses(task, network), LibtorchFusedAdamW::new);
    }

    private static IntFunction<Tensor> losses(MlpTask task, LibtorchNetwork network) {
        var layers = network.layers(task.layers());
        List<Tensor> inputs = task.batches().stream()
                .map(batch -> network.kept(Tensor.create(batch.features(), task.batchSize(), task.features())))
                .toList();
        List<Tensor> targets = task.batches().stream()
                .map(batch -> network.kept(Tensor.create(batch.targets(), task.batchSize(), 1)))
                .toList();
        return at -> {
            Tensor x = inputs.get(at);
            for (var layer : layers) {
                x = layer.apply(x);
            }
            return torch.mse_loss(x, targets.get(at));
        };
    }
}
