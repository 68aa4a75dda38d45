package org.learn4j.nn;

import static java.util.Map.entry;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.learn4j.persist.JsonPlace;

/** The layers of this module by the name their recipes have. */
final class StandardLayers {
    private StandardLayers() {}

    static Map<String, LayerRegistry.Factory> factories() {
        return new TreeMap<>(Map.ofEntries(
                entry("Activation", leaf(Activation::build)),
                entry("AdaptiveAvgPool2d", leaf(AdaptiveAvgPool2d::build)),
                entry("AdaptiveConcatPool2d", leaf(AdaptiveConcatPool2d::build)),
                entry("AdaptiveMaxPool2d", leaf(AdaptiveMaxPool2d::build)),
                entry("AvgPool2d", leaf(AvgPool2d::build)),
                entry("BatchNorm1d", leaf(BatchNorm1d::build)),
                entry("BatchNorm2d", leaf(BatchNorm2d::build)),
                entry("Conv2d", leaf(Conv2d::build)),
                entry("ConvLayer", ConvLayer::build),
                entry("ConvTranspose2d", leaf(ConvTranspose2d::build)),
                entry("Dropout", leaf(Dropout::build)),
                entry("Dropout2d", leaf(Dropout2d::build)),
                entry("Embedding", leaf(Embedding::build)),
                entry("Embeddings", Embeddings::build),
                entry("Flatten", leaf(Flatten::build)),
                entry("GroupNorm", leaf(GroupNorm::build)),
                entry("InstanceNorm2d", leaf(InstanceNorm2d::build)),
                entry("LayerNorm", leaf(LayerNorm::build)),
                entry("Linear", leaf(Linear::build)),
                entry("MaxPool2d", leaf(MaxPool2d::build)),
                entry("PixelShuffle", leaf(PixelShuffle::build)),
                entry("Residual", Residual::build),
                entry("Sequential", Sequential::build),
                entry("SigmoidRange", leaf(SigmoidRange::build)),
                entry("SpectralNorm", SpectralNorm::build),
                entry("WeightNorm", WeightNorm::build)));
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
