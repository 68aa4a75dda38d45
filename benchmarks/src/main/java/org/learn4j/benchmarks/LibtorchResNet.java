package org.learn4j.benchmarks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** The {@link ResNetTask} in libtorch, as torchvision has it: in place where torchvision is. */
final class LibtorchResNet implements ResNetTask.Operations<Tensor> {
    private static final long[] ONE = {1, 1};

    private final LibtorchNetwork network;
    private final Function<Tensor, Tensor> layout;
    private final boolean training;
    private final Map<String, Tensor> weights = new HashMap<>();
    private final Map<String, Norm> norms = new HashMap<>();
    private final Map<String, TensorOptional> biases = new HashMap<>();
    private final TensorOptional none;

    private LibtorchResNet(ResNetTask task, LibtorchNetwork network, boolean channelsLast, boolean training) {
        this.network = network;
        this.layout = tensor -> channelsLast ? tensor.contiguous(torch.MemoryFormat.ChannelsLast) : tensor;
        this.training = training;
        this.none = network.kept(new TensorOptional());
        task.walk("", new Loading(task));
    }

    /** Trains on NCHW memory. */
    static Contender training(ResNetTask task) {
        return training(task, false);
    }

    /** Trains on NHWC memory, {@code torch.channels_last}. */
    static Contender trainingChannelsLast(ResNetTask task) {
        return training(task, true);
    }

    private static Contender training(ResNetTask task, boolean channelsLast) {
        return LibtorchNetwork.training(
                task.batches().size(),
                network -> {
                    var resNet = new LibtorchResNet(task, network, channelsLast, true);
                    return resNet.losses(task);
                },
                LibtorchFusedAdamW::new);
    }

    /** Predicts on NCHW memory. */
    static Contender predicting(ResNetTask task) {
        return predicting(task, false);
    }

    /** Predicts on NHWC memory, {@code torch.channels_last}. */
    static Contender predictingChannelsLast(ResNetTask task) {
        return predicting(task, true);
    }

    private static Contender predicting(ResNetTask task, boolean channelsLast) {
        return LibtorchNetwork.predicting(task.batches().size(), network -> {
            var resNet = new LibtorchResNet(task, network, channelsLast, false);
            List<Tensor> images = resNet.images(task);
            return at -> task.walk(images.get(at), resNet);
        });
    }

    private IntFunction<Tensor> losses(ResNetTask task) {
        List<Tensor> images = images(task);
        List<Tensor> targets = new ArrayList<>();
        for (var batch : task.batches()) {
            long[] classes = IntStream.of(batch.targets()).asLongStream().toArray();
            targets.add(network.kept(Tensor.create(classes)));
        }
        return at -> torch.cross_entropy_loss(task.walk(images.get(at), this), targets.get(at));
    }

    private List<Tensor> images(ResNetTask task) {
        return task.batches().stream()
                .map(batch -> network.kept(
                        layout.apply(Tensor.create(batch.images(), task.batchSize(), 3, task.size(), task.size()))))
                .toList();
    }

    @Override
    public Tensor convolve(Tensor x, ResNetTask.Convolution convolution) {
        long[] stride = {convolution.stride(), convolution.stride()};
        long[] padding = {convolution.padding(), convolution.padding()};
        return torch.conv2d(x, weights.get(convolution.name() + ".weight"), none, stride, padding, ONE, 1);
    }

    @Override
    public Tensor normalize(Tensor x, String name, int channels) {
        Norm norm = Objects.requireNonNull(norms.get(name), name);
        return torch.batch_norm(
                x,
                norm.scale,
                norm.shift,
                norm.mean,
                norm.variance,
                training,
                ResNetTask.NORM_MOMENTUM,
                ResNetTask.NORM_EPSILON,
                true);
    }

    @Override
    public Tensor relu(Tensor x) {
        return torch.relu_(x);
    }

    @Override
    public Tensor add(Tensor x, Tensor shortcut) {
        return x.add_(shortcut);
    }

    @Override
    public Tensor maxPool(Tensor x) {
        return torch.max_pool2d(x, new long[] {3, 3}, new long[] {2, 2}, ONE, ONE, false);
    }

    @Override
    public Tensor average(Tensor x) {
        return torch.adaptive_avg_pool2d(x, ONE).flatten(1, -1);
    }

    @Override
    public Tensor linear(Tensor x, String name, int outputs, int inputs) {
        return torch.linear(x, weights.get(name + ".weight"), biases.get(name));
    }

    /** The parameters and running statistics of a normalization. */
    private record Norm(TensorOptional scale, TensorOptional shift, TensorOptional mean, TensorOptional variance) {}

    /** Makes the parameters on its way through the network. */
    private final class Loading implements ResNetTask.Operations<String> {
        private final ResNetTask task;

        Loading(ResNetTask task) {
            this.task = task;
        }

        @Override
        public String convolve(String x, ResNetTask.Convolution convolution) {
            String name = convolution.name() + ".weight";
            Tensor values = Tensor.create(
                    task.weights(name),
                    convolution.outputs(),
                    convolution.inputs(),
                    convolution.kernel(),
                    convolution.kernel());
            weights.put(name, network.parameter(layout.apply(values)));
            return x;
        }

        @Override
        public String normalize(String x, String name, int channels) {
            norms.put(
                    name,
                    new Norm(
                            optional(network.parameter(torch.ones(channels))),
                            optional(network.parameter(torch.zeros(channels))),
                            optional(network.kept(torch.zeros(channels))),
                            optional(network.kept(torch.ones(channels)))));
            return x;
        }

        private TensorOptional optional(Tensor tensor) {
            return network.kept(new TensorOptional(tensor));
        }

        @Override
        public String linear(String x, String name, int outputs, int inputs) {
            weights.put(
                    name + ".weight",
                    network.parameter(Tensor.create(task.weights(name + ".weight"), outputs, inputs)));
            biases.put(name, optional(network.parameter(Tensor.create(task.weights(name + ".bias")))));
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
