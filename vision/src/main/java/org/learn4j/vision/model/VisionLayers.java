package org.learn4j.vision.model;

import java.util.function.Function;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.persist.JsonPlace;

/**
 * The layers of this package by the names that their recipes have.
 *
 * <pre>{@code
 * LayerRegistry registry = VisionLayers.register(LayerRegistry.standard());
 * Layer copy = registry.build(SqueezeNet.squeezenet1_1().network().recipe());
 * }</pre>
 */
public final class VisionLayers {
    private VisionLayers() {}

    /** Returns a registry that knows these layers too. */
    public static LayerRegistry register(LayerRegistry registry) {
        return registry.with(DenseLayer.TYPE, DenseLayer::build)
                .with(Fire.TYPE, Fire::build)
                .with(InvertedResidual.TYPE, InvertedResidual::build)
                .with(PaddedShortcut.TYPE, leaf(PaddedShortcut::build))
                .with(Relu6.TYPE, leaf(Relu6::build))
                .with(ResidualBlock.TYPE, ResidualBlock::build);
    }

    private static LayerRegistry.Factory leaf(Function<JsonPlace, Layer> build) {
        return (settings, children) -> {
            if (!children.isEmpty()) {
                throw new IllegalArgumentException("no children, received " + children.keySet());
            }
            return build.apply(settings);
        };
    }
}
