package org.learn4j.vision.model;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.ModelFormatException;
import org.learn4j.tensor.Tensor;
import org.learn4j.weights.LoadReport;
import org.learn4j.weights.Weights;

/**
 * An architecture for images: the network as its authors built it, the body that is left when pooling and classifier are cut
 * off, and where fastai splits it into groups that learn at different rates. Immutable; every network and body is a new one.
 *
 * <pre>{@code
 * Backbone backbone = ResNet.resnet34().pretrained(Path.of("resnet34-b627a593.pth"));
 * Tensor logits = backbone.network().predict(images);                          // [n, 3, h, w] gives [n, 1000]
 * Sequential model = Sequential.of(backbone.body(), Head.of(backbone.features(), 37).build());
 * Learner.of(data, model).groups(backbone::groups);
 * }</pre>
 *
 * <p>Parameters have torchvision's names and shapes. Images are [n, channels, h, w], normalised as the weights expect.
 */
public final class Backbone {
    private static final int RGB = 3;

    /** What is known of an architecture. */
    record Architecture(
            String name,
            Construction construction,
            String classifier,
            int classes,
            Function<Sequential, Sequential> cut,
            int features,
            int split,
            UnaryOperator<String> names) {
        Architecture(
                String name,
                Construction construction,
                String classifier,
                int classes,
                Function<Sequential, Sequential> cut,
                int features,
                int split) {
            this(name, construction, classifier, classes, cut, features, split, UnaryOperator.identity());
        }
    }

    /** Makes a network for images of so many channels and so many classes. */
    interface Construction {
        Sequential build(int channels, int classes);
    }

    private final Architecture architecture;
    private final int channels;
    private final Optional<Path> weights;

    private Backbone(Architecture architecture, int channels, Optional<Path> weights) {
        this.architecture = architecture;
        this.channels = channels;
        this.weights = weights;
    }

    static Backbone of(Architecture architecture) {
        return new Backbone(architecture, RGB, Optional.empty());
    }

    /** Returns the function that keeps the layers up to the last of them with this name. */
    static Function<Sequential, Sequential> upTo(String last) {
        return network -> {
            Sequential body = Sequential.of();
            for (Map.Entry<String, Layer> child : network.children().entrySet()) {
                body = body.then(child.getKey(), child.getValue());
                if (child.getKey().equals(last)) {
                    return body;
                }
            }
            throw new IllegalStateException("no layer " + last);
        };
    }

    /** Returns the function that keeps the layer that torchvision calls features. */
    static Function<Sequential, Sequential> featuresOnly() {
        return network -> (Sequential) network.children().get("features");
    }

    /** Returns what the architecture is called, such as {@code resnet34}. */
    public String name() {
        return architecture.name();
    }

    /** Returns how many channels the body gives. */
    public int features() {
        return architecture.features();
    }

    /**
     * Returns this architecture for images of other channels than three. Pretrained filters are adapted as fastai does: for one
     * channel they are summed over the colours; for two, those of red and green count 1.5 times; more channels start at 0.
     *
     * @throws IllegalArgumentException if there are none
     */
    public Backbone channels(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("1 channel at least expected, received " + count);
        }
        return new Backbone(architecture, count, weights);
    }

    /**
     * Returns this architecture with weights that are read whenever a network or body is made: of torchvision, or of timm where
     * it has the same names; safetensors or PyTorch, see {@link Weights}.
     */
    public Backbone pretrained(Path file) {
        return new Backbone(architecture, channels, Optional.of(file));
    }

    /** Returns whether there are weights to be read. */
    public boolean isPretrained() {
        return weights.isPresent();
    }

    /**
     * Returns the whole network with the classifier of its authors, 1,000 classes for most.
     *
     * @throws ModelFormatException if the weights are damaged or of another architecture
     */
    public Sequential network() {
        Sequential network = architecture.construction().build(channels, architecture.classes());
        return loaded(network, network, true);
    }

    /**
     * Returns the whole network with a new classifier, which pretrained weights do not concern.
     *
     * @throws ModelFormatException if the weights are damaged or of another architecture
     */
    public Sequential network(int classes) {
        Sequential network = architecture.construction().build(channels, classes);
        Sequential trunk = Sequential.of();
        for (Map.Entry<String, Layer> child : network.children().entrySet()) {
            if (!child.getKey().equals(architecture.classifier())) {
                trunk = trunk.then(child.getKey(), child.getValue());
            }
        }
        return loaded(network, trunk, false);
    }

    /**
     * Returns the layers up to the last pooling: [n, channels, h, w] becomes [n, {@link #features}, rows, columns].
     *
     * @throws ModelFormatException if the weights are damaged or of another architecture
     */
    public Sequential body() {
        return architecture.cut().apply(network(1));
    }

    /**
     * Returns the layer of a whole network whose output is the body's: where heat maps are taken.
     *
     * @param network what {@link #network} returned
     */
    public Layer lastOfBody(Sequential network) {
        Sequential body = architecture.cut().apply(network);
        if (network.children().containsValue(body)) {
            return body;
        }
        List<Layer> layers = List.copyOf(body.children().values());
        return layers.get(layers.size() - 1);
    }

    private Sequential loaded(Sequential network, Layer into, boolean whole) {
        if (weights.isEmpty()) {
            return network;
        }
        try (Weights file = Weights.open(weights.get())) {
            String classifier = architecture.classifier() + ".";
            load(
                    file.withoutPrefix("module.")
                            .renamed(architecture.names())
                            .only(name -> whole || !name.startsWith(classifier)),
                    into);
            return network;
        } catch (RuntimeException | Error failure) {
            network.close();
            throw failure;
        }
    }

    private void load(Weights file, Layer into) {
        LoadReport report = file.loadMatching(into);
        String first = firstFilters(into);
        boolean others = report.mismatched().stream()
                .anyMatch(mismatch -> channels == RGB || !mismatch.name().equals(first));
        if (!report.missing().isEmpty() || !report.unexpected().isEmpty() || others) {
            throw new ModelFormatException(
                    file.path(), ModelFormatException.Reason.VALUE, "not the weights of a " + name() + ": " + report);
        }
        if (!report.mismatched().isEmpty()) {
            try (Tensor filters = file.read(first)) {
                Param param = LayerTree.params(into).get(first);
                if (param != null) {
                    param.take(FirstFilters.adapt(filters, channels));
                }
            }
        }
    }

    private static String firstFilters(Layer network) {
        for (Map.Entry<String, Layer> layer : LayerTree.layers(network).entrySet()) {
            if (layer.getValue() instanceof Conv2d) {
                return layer.getKey() + ".weight";
            }
        }
        throw new IllegalStateException("a network for images has a convolution");
    }

    /**
     * Returns the layers of a model in the groups that fastai splits them into: the early part of the body, the rest of it, and
     * the head; for architectures that fastai knows no place in, the body and the head.
     *
     * @param model a body of this architecture, and a head, one after the other
     * @throws IllegalArgumentException if it is something else
     */
    public List<List<Layer>> groups(Layer model) {
        List<Layer> parts = List.copyOf(model.children().values());
        if (parts.size() != 2 || parts.get(0).children().size() <= architecture.split()) {
            throw new IllegalArgumentException("A body of " + name() + " and a head expected, received children "
                    + model.children().keySet());
        }
        if (architecture.split() == 0) {
            return List.of(List.of(parts.get(0)), List.of(parts.get(1)));
        }
        List<Layer> body = List.copyOf(parts.get(0).children().values());
        return List.of(
                body.subList(0, architecture.split()),
                body.subList(architecture.split(), body.size()),
                List.of(parts.get(1)));
    }

    @Override
    public String toString() {
        return name() + weights.map(file -> " with the weights of " + file).orElse("");
    }
}
