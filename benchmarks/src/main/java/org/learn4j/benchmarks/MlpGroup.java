package org.learn4j.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/**
 * The {@link MlpTask} at some batch sizes.
 *
 * @param name the name on the command line, in ratios and in files
 * @param peers who competes with Learn4J
 */
record MlpGroup(String name, List<ContenderFactory<MlpTask>> peers) implements Group {
    /** Against libtorch with OpenBLAS, and against DL4J. */
    static final MlpGroup BYTEDECO = new MlpGroup(
            "mlp",
            List.of(
                    new ContenderFactory<>("libtorch 2.10, C++ AdamW", Engine.LIBTORCH, LibtorchMlp::withAdamW),
                    new ContenderFactory<>("libtorch 2.10, fused AdamW", Engine.LIBTORCH, LibtorchMlp::withFusedAdamW),
                    new ContenderFactory<>("DL4J 1.0.0-M2.1", Engine.DL4J, Dl4jMlp::new)));

    /** Against PyTorch's own libtorch with MKL. A group of its own, since one process cannot load two libtorches. */
    static final MlpGroup DJL = new MlpGroup(
            "mlp-djl", List.of(new ContenderFactory<>("libtorch 2.7.1 MKL, DJL AdamW", Engine.LIBTORCH, DjlMlp::new)));

    private static final ContenderFactory<MlpTask> LEARN4J =
            new ContenderFactory<>("Learn4J", Engine.LEARN4J, Learn4jMlp::of);

    @Override
    public List<Case<?>> cases(List<Integer> batchSizes) {
        var contenders = Stream.concat(peers.stream(), Stream.of(LEARN4J)).toList();
        return batchSizes.stream().<Case<?>>map(size -> of(size, contenders)).toList();
    }

    private static Case<MlpTask> of(int batchSize, List<ContenderFactory<MlpTask>> contenders) {
        var task = MlpTask.of(batchSize);
        return new Case<>("train.b" + batchSize, batchSize, task, task.withoutDropout(), contenders);
    }
}
