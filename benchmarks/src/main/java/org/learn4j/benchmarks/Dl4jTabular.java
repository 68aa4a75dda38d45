package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.graph.ScaleVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.DropoutLayer;
import org.deeplearning4j.nn.conf.layers.EmbeddingLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The {@link TabularTask} as DL4J's {@link ComputationGraph}; see {@link Dl4jMlp} for the small differences. */
final class Dl4jTabular implements Contender {
    private final ComputationGraph network;
    private final List<INDArray[]> inputs = new ArrayList<>();
    private final List<INDArray[]> targets = new ArrayList<>();
    private int steps;

    Dl4jTabular(TabularTask task) {
        Nd4j.getMemoryManager().togglePeriodicGc(false);
        network = new ComputationGraph(configuration(task));
        network.init();
        for (int i = 0; i < task.tables().size(); i++) {
            var table = task.tables().get(i);
            network.setParam(
                    "e" + i + "_W", Nd4j.createFromArray(table.weights()).reshape(table.categories(), table.width()));
        }
        for (int i = 0; i < task.layers().size(); i++) {
            var dense = task.layers().get(i);
            var weights = Nd4j.createFromArray(dense.weights()).reshape(dense.outputs(), dense.inputs());
            network.setParam("dense" + i + "_W", weights.transpose());
            network.setParam(
                    "dense" + i + "_b", Nd4j.createFromArray(dense.biases()).reshape(1, dense.outputs()));
        }
        for (var batch : task.batches()) {
            INDArray[] all = new INDArray[task.tables().size() + 1];
            for (int i = 0; i < task.tables().size(); i++) {
                int[] codes = batch.column(i);
                all[i] = Nd4j.createFromArray(codes).castTo(DataType.FLOAT).reshape(codes.length, 1);
            }
            all[all.length - 1] = Nd4j.createFromArray(batch.numbers()).reshape(task.batchSize(), task.numbers());
            inputs.add(all);
            targets.add(new INDArray[] {Nd4j.createFromArray(batch.targets()).reshape(task.batchSize(), 1)});
        }
    }

    private static ComputationGraphConfiguration configuration(TabularTask task) {
        var graph = new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .updater(new Adam(MlpTask.LEARNING_RATE, MlpTask.BETA1, MlpTask.BETA2, MlpTask.ADAM_EPSILON))
                .regularization(List.of(new Dl4jMlp.Decay()))
                .regularizationBias(List.of(new Dl4jMlp.Decay()))
                .graphBuilder();
        List<String> names = new ArrayList<>();
        String[] vectors = new String[task.tables().size()];
        for (int i = 0; i < vectors.length; i++) {
            names.add("c" + i);
            vectors[i] = "e" + i;
        }
        names.add("numbers");
        graph.addInputs(names);
        for (int i = 0; i < vectors.length; i++) {
            var table = task.tables().get(i);
            graph.addLayer(
                    vectors[i],
                    new EmbeddingLayer.Builder()
                            .nIn(table.categories())
                            .nOut(table.width())
                            .hasBias(false)
                            .activation(Activation.IDENTITY)
                            .build(),
                    "c" + i);
        }
        graph.addVertex("vectors", new MergeVertex(), vectors);
        String dropped = "vectors";
        if (task.dropout() > 0) {
            graph.addLayer("dropped", new DropoutLayer.Builder(1 - task.dropout()).build(), "vectors");
            dropped = "dropped";
        }
        graph.addLayer("norm", norm(task.numbers()), "numbers");
        graph.addVertex("all", new MergeVertex(), dropped, "norm");
        String last = "all";
        double dropout = 0;
        for (int i = 0; i < task.layers().size(); i++) {
            var dense = task.layers().get(i);
            boolean hidden = i < task.layers().size() - 1;
            graph.addLayer(
                    "dense" + i,
                    new DenseLayer.Builder()
                            .nIn(dense.inputs())
                            .nOut(dense.outputs())
                            .activation(hidden ? Activation.RELU : Activation.SIGMOID)
                            .dropOut(Dl4jMlp.keep(dropout))
                            .build(),
                    last);
            last = "dense" + i;
            if (hidden) {
                graph.addLayer("norm" + i, norm(dense.outputs()), last);
                last = "norm" + i;
            }
            dropout = dense.dropout();
        }
        return graph.addVertex("range", new ScaleVertex(TabularTask.HIGHEST), last)
                .addLayer(
                        "loss",
                        new LossLayer.Builder(LossFunction.MSE)
                                .activation(Activation.IDENTITY)
                                .build(),
                        "range")
                .setOutputs("loss")
                .build();
    }

    private static BatchNormalization norm(int size) {
        return new BatchNormalization.Builder()
                .nIn(size)
                .nOut(size)
                .decay(1 - MlpTask.NORM_MOMENTUM)
                .eps(MlpTask.NORM_EPSILON)
                .build();
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
        inputs.forEach(all -> List.of(all).forEach(INDArray::close));
        targets.forEach(all -> List.of(all).forEach(INDArray::close));
    }
}
