package org.learn4j.vision.model;

import java.util.Map;
import org.learn4j.nn.Activation;
import org.learn4j.nn.BatchNorm2d;
import org.learn4j.nn.Conv2d;
import org.learn4j.nn.Init;
import org.learn4j.nn.Layer;
import org.learn4j.nn.Pass;
import org.learn4j.nn.Recipe;
import org.learn4j.nn.Sequential;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.tensor.Tensor;

/** The layer of DenseNet (Huang et al. 2016): its input, and a few new channels behind it. */
final class DenseLayer implements Layer {
    static final String TYPE = "DenseLayer";

    private final Sequential path;

    private DenseLayer(Sequential path) {
        this.path = path;
    }

    static DenseLayer of(int inputs, int bottleneck, int growth) {
        return new DenseLayer(Sequential.of()
                .then("norm1", BatchNorm2d.of(inputs))
                .then("relu1", Activation.relu())
                .then("conv1", Conv2d.of(inputs, bottleneck, 1).withoutBias().init(Init.kaimingNormal()))
                .then("norm2", BatchNorm2d.of(bottleneck))
                .then("relu2", Activation.relu())
                .then(
                        "conv2",
                        Conv2d.of(bottleneck, growth, 3)
                                .padding(1)
                                .withoutBias()
                                .init(Init.kaimingNormal())));
    }

    @Override
    public Tensor forward(Pass pass, Tensor... inputs) {
        Tensor x = Parts.one(this, inputs);
        return Tensor.concat(1, x, path.forward(pass, x));
    }

    @Override
    public Map<String, Layer> children() {
        return path.children();
    }

    @Override
    public Recipe recipe() {
        return Recipe.of(TYPE, Json.object(), children());
    }

    static DenseLayer build(JsonPlace settings, Map<String, Layer> children) {
        settings.allow();
        if (children.isEmpty()) {
            throw new IllegalArgumentException("children, received none");
        }
        return new DenseLayer(ResidualBlock.named(children));
    }

    @Override
    public String toString() {
        return Parts.text(TYPE, this);
    }
}
