package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.MultiLayerConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.WeightDecay;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/**
 * DL4J's {@link MultiLayerNetwork}.
 *
 * <p>Two small differences that DL4J does not let one remove: no weight decay on the normalizations, and Adam's epsilon
 * is added before the bias correction.
 */
final class Dl4jMlp implements Contender {
    private final MultiLayerNetwork network;
    private final List<INDArray> inputs = new ArrayList<>();
    private final List<INDArray> targets = new ArrayList<>();
    private int steps;

    Dl4jMlp(MlpTask task) {
        Nd4j.getMemoryManager().togglePeriodicGc(false);
        network = new MultiLayerNetwork(configuration(task.layers()));
        network.init();
        for (int i = 0; i < task.layers().size(); i++) {
            var dense = task.layers().get(i);
            int at = 2 * i; // a normalization follows each hidden layer
            var weights = Nd4j.createFromArray(dense.weights()).reshape(dense.outputs(), dense.inputs());
            network.setParam(at + "_W", weights.transpose());
            network.setParam(at + "_b", Nd4j.createFromArray(dense.biases()).reshape(1, dense.outputs()));
        }
        for (var batch : task.batches()) {
            inputs.add(Nd4j.createFromArray(batch.features()).reshape(task.batchSize(), task.features()));
            targets.add(Nd4j.createFromArray(batch.targets()).reshape(task.batchSize(), 1));
        }
    }

    private static MultiLayerConfiguration configuration(List<MlpTask.Dense> layers) {
        var network = new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .updater(new Adam(MlpTask.LEARNING_RATE, MlpTask.BETA1, MlpTask.BETA2, MlpTask.ADAM_EPSILON))
                .regularization(List.of(new Decay()))
                .regularizationBias(List.of(new Decay()))
                .list();
        int last = layers.size() - 1;
        double dropout = 0;
        for (var dense : layers.subList(0, last)) {
            network.layer(new DenseLayer.Builder()
                    .nIn(dense.inputs())
                    .nOut(dense.outputs())
                    .activation(Activation.RELU)
                    .dropOut(keep(dropout))
                    .build());
            network.layer(new BatchNormalization.Builder()
                    .nOut(dense.outputs())
                    .decay(1 - MlpTask.NORM_MOMENTUM)
                    .eps(MlpTask.NORM_EPSILON)
                    .build());
            dropout = dense.dropout();
        }
        network.layer(new OutputLayer.Builder(LossFunction.MSE)
                .nIn(layers.get(last).inputs())
                .nOut(layers.get(last).outputs())
                .activation(Activation.IDENTITY)
                .dropOut(keep(dropout))
                .build());
        return network.build();
    }

    /** DL4J drops a layer's input and counts what it keeps; 0 switches it off. */
    static double keep(double dropout) {
        return dropout == 0 ? 0 : 1 - dropout;
    }

    @Override
    public void step() {
        int at = steps++ % inputs.size();
        network.fit(inputs.get(at), targets.get(at));
    }

    @Override
    public float loss() {
        return (float) network.score();
    }

    @Override
    public void close() {
        network.close();
        inputs.forEach(INDArray::close);
        targets.forEach(INDArray::close);
    }

    /** Decoupled weight decay that leaves the loss alone; DL4J's own adds the norm of all weights to it. */
    static final class Decay extends WeightDecay {
        private static final long serialVersionUID = 1;

        Decay() {
            super(MlpTask.WEIGHT_DECAY, true);
        }

        @Override
        public double score(INDArray parameter, int iteration, int epoch) {
            return 0;
        }

        @Override
        public Regularization clone() {
            return new Decay();
        }
    }
}
