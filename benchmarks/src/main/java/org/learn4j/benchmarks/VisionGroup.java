package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;

/** The {@link ResNetTask}: training at 128 pixels in batches of 32 and at 224 in batches of 16, predictions at 224. */
final class VisionGroup implements Group {
    private static final List<ContenderFactory<ResNetTask>> TRAINING = List.of(
            new ContenderFactory<>("libtorch 2.10, NCHW", Engine.LIBTORCH, LibtorchResNet::training),
            new ContenderFactory<>(
                    "libtorch 2.10, channels_last", Engine.LIBTORCH, LibtorchResNet::trainingChannelsLast),
            new ContenderFactory<>("DL4J 1.0.0-M2.1", Engine.DL4J, Dl4jResNet::training),
            new ContenderFactory<>("Learn4J", Engine.LEARN4J, Learn4jResNet::training));

    private static final List<ContenderFactory<ResNetTask>> PREDICTING = List.of(
            new ContenderFactory<>("libtorch 2.10, NCHW", Engine.LIBTORCH, LibtorchResNet::predicting),
            new ContenderFactory<>(
                    "libtorch 2.10, channels_last", Engine.LIBTORCH, LibtorchResNet::predictingChannelsLast),
            new ContenderFactory<>("DL4J 1.0.0-M2.1", Engine.DL4J, Dl4jResNet::predicting),
            new ContenderFactory<>("Learn4J", Engine.LEARN4J, Learn4jResNet::predicting));

    @Override
    public String name() {
        return "vision";
    }

    @Override
    public List<Case<?>> cases(List<Integer> batchSizes) {
        List<Case<?>> cases = new ArrayList<>();
        for (int depth : List.of(18, 34)) {
            String network = "resnet" + depth;
            cases.add(of(network + ".train", new ResNetTask(depth, 128, 32), TRAINING));
            cases.add(of(network + ".train.224", new ResNetTask(depth, 224, 16), TRAINING));
            cases.add(of(network + ".predict.b1", new ResNetTask(depth, 224, 1), PREDICTING));
            cases.add(of(network + ".predict.b32", new ResNetTask(depth, 224, 32), PREDICTING));
        }
        return cases;
    }

    private static Case<ResNetTask> of(String id, ResNetTask task, List<ContenderFactory<ResNetTask>> contenders) {
        return new Case<>(id, task.batchSize(), task, task, contenders);
    }
}
