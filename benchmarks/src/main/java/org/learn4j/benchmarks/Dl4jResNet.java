package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration.GraphBuilder;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.ElementWiseVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.GlobalPoolingLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.conf.layers.PoolingType;
import org.deeplearning4j.nn.conf.layers.SubsamplingLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** The {@link ResNetTask} as DL4J's {@link ComputationGraph}; see {@link Dl4jMlp} for the small differences. */
final class Dl4jResNet implements Contender {
    private final ComputationGraph network;
    private final List<INDArray> images = new ArrayList<>();
    private final List<INDArray> targets = new ArrayList<>();
    private final ToDoubleFunction<Integer> pass;
    private int steps;
    private float loss;

    private Dl4jResNet(ResNetTask task, boolean training) {
        Nd4j.getMemoryManager().togglePeriodicGc(false);
        var graph = new NeuralNetConfiguration.Builder()
                .dataType(DataType.FLOAT)
                .updater(new Adam(MlpTask.LEARNING_RATE, MlpTask.BETA1, MlpTask.BETA2, MlpTask.ADAM_EPSILON))
                .regularization(List.of(new Dl4jMlp.Decay()))
                .regularizationBias(List.of(new Dl4jMlp.Decay()))
                .graphBuilder()
                .addInputs("image")
                .setInputTypes(InputType.convolutional(task.size(), task.size(), 3));
        String last = task.walk("image", new Describing(graph, training));
        network = new ComputationGraph(graph.setOutputs(last).build());
        network.init();
        task.walk("image", new Loading(task));
        for (var batch : task.batches()) {
            images.add(Nd4j.createFromArray(batch.images()).reshape(task.batchSize(), 3, task.size(), task.size()));
            INDArray classes = Nd4j.zeros(DataType.FLOAT, task.batchSize(), ResNetTask.CLASSES);
            for (int i = 0; i < task.batchSize(); i++) {
                classes.putScalar(i, batch.targets()[i], 1);
            }
            targets.add(classes);
        }
        pass = training ? this::train : this::predict;
    }

    static Contender training(ResNetTask task) {
        return new Dl4jResNet(task, true);
    }

    static Contender predicting(ResNetTask task) {
        return new Dl4jResNet(task, false);
    }

    private double train(int batch) {
        network.fit(new INDArray[] {images.get(batch)}, new INDArray[] {targets.get(batch)});
        return network.score();
    }

    private double predict(int batch) {
        try (INDArray output = network.output(false, images.get(batch))[0]) {
            return output.ameanNumber().doubleValue();
        }
    }

    @Override
    public void step() {
        loss = (float) pass.applyAsDouble(steps++ % images.size());
    }

    @Override
    public float loss() {
        return loss;
    }

    @Override
    public void close() {
        network.close();
        images.forEach(INDArray::close);
        targets.forEach(INDArray::close);
    }

    /** Adds each layer to the graph, under the name of its output. */
    private static final class Describing implements ResNetTask.Operations<String> {
        private final GraphBuilder graph;
        private final boolean training;

        Describing(GraphBuilder graph, boolean training) {
            this.graph = graph;
            this.training = training;
        }

        @Override
        public String convolve(String x, ResNetTask.Convolution convolution) {
            String name = named(convolution.name());
            graph.addLayer(
                    name,
                    new ConvolutionLayer.Builder(convolution.kernel(), convolution.kernel())
                            .stride(convolution.stride(), convolution.stride())
                            .padding(convolution.padding(), convolution.padding())
                            .nIn(convolution.inputs())
                            .nOut(convolution.outputs())
                            .hasBias(false)
                            .activation(Activation.IDENTITY)
                            .build(),
                    x);
            return name;
        }

        @Override
        public String normalize(String x, String name, int channels) {
            graph.addLayer(
                    named(name),
                    new BatchNormalization.Builder()
                            .nIn(channels)
                            .nOut(channels)
                            .decay(1 - ResNetTask.NORM_MOMENTUM)
                            .eps(ResNetTask.NORM_EPSILON)
                            .build(),
                    x);
            return named(name);
        }

        @Override
        public String relu(String x) {
            graph.addLayer(x + "-relu", new ActivationLayer(Activation.RELU), x);
            return x + "-relu";
        }

        @Override
        public String add(String x, String shortcut) {
            graph.addVertex(x + "-sum", new ElementWiseVertex(ElementWiseVertex.Op.Add), x, shortcut);
            return x + "-sum";
        }

        @Override
        public String maxPool(String x) {
            graph.addLayer(
                    "pool",
                    new SubsamplingLayer.Builder(SubsamplingLayer.PoolingType.MAX)
                            .kernelSize(3, 3)
                            .stride(2, 2)
                            .padding(1, 1)
                            .build(),
                    x);
            return "pool";
        }

        @Override
        public String average(String x) {
            graph.addLayer("average", new GlobalPoolingLayer.Builder(PoolingType.AVG).build(), x);
            return "average";
        }

        @Override
        public String linear(String x, String name, int outputs, int inputs) {
            graph.addLayer(
                    name,
                    new OutputLayer.Builder(training ? LossFunction.MCXENT : LossFunction.MSE)
                            .nIn(inputs)
                            .nOut(outputs)
                            .activation(training ? Activation.SOFTMAX : Activation.IDENTITY)
                            .build(),
                    x);
            return name;
        }
    }

    private static String named(String name) {
        return name.replace('.', '-');
    }

    /** Sets the weights on its way through the network. */
    private final class Loading implements ResNetTask.Operations<String> {
        private final ResNetTask task;

        Loading(ResNetTask task) {
            this.task = task;
        }

        @Override
        public String convolve(String x, ResNetTask.Convolution convolution) {
            int kernel = convolution.kernel();
            network.setParam(
                    named(convolution.name()) + "_W",
                    Nd4j.createFromArray(task.weights(convolution.name() + ".weight"))
                            .reshape(convolution.outputs(), convolution.inputs(), kernel, kernel));
            return x;
        }

        @Override
        public String linear(String x, String name, int outputs, int inputs) {
            network.setParam(
                    name + "_W",
                    Nd4j.createFromArray(task.weights(name + ".weight"))
                            .reshape(outputs, inputs)
                            .transpose());
            network.setParam(
                    name + "_b",
                    Nd4j.createFromArray(task.weights(name + ".bias")).reshape(1, outputs));
            return x;
        }

        @Override
        public String normalize(String x, String name, int channels) {
            return x;
        }

        @Override
        public String relu(String x) {
            return x;
        }

        @Override
        public String add(String x, String shortcut) {
            return x;
        }

        @Override
        public String maxPool(String x) {
            return x;
        }

        @Override
        public String average(String x) {
            return x;
        }
    }
}
