package org.learn4j.vision;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.learn4j.metric.Metric;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerTree;
import org.learn4j.persist.Json;
import org.learn4j.persist.NamedTensor;
import org.learn4j.persist.SafeTensors;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;
import org.learn4j.vision.augment.Augmentations;
import org.learn4j.vision.data.ImageData;
import org.learn4j.vision.data.Normalization;
import org.learn4j.vision.image.Image;
import org.learn4j.vision.model.Backbone;
import org.learn4j.vision.model.CifarResNet;
import org.learn4j.vision.model.SimpleCnn;

/** Small pictures of a coloured tile on noisy ground, and learners that tell the colours apart in a second or two. */
final class Tiles {
    static final List<String> COLOURS = List.of("blue", "green", "red");
    static final String COLOUR = "/([a-z]+)_\\d+\\.png$";

    private Tiles() {}

    /** Returns a picture: item modulo 3 is the colour, the rest of it the place. */
    static Image picture(int item) {
        int left = item * 5 % 10;
        int top = item * 7 % 9;
        return Image.of(20, 18, (x, y) -> {
            int grey = 60 + Math.floorMod((x * 7919 + y * 104_729 + item * 31) * 2_654_435 >>> 7, 80);
            boolean inside = x >= left && x < left + 9 && y >= top && y < top + 8;
            return inside ? 0xE0 << 8 * (item % 3) | 0x202020 : grey << 16 | grey << 8 | grey;
        });
    }

    /** Writes pictures, {@code red_02.png} and so on. */
    static Path paint(Path folder, int count) {
        for (int i = 0; i < count; i++) {
            picture(i).save(folder.resolve(String.format("%s_%02d.png", COLOURS.get(i % 3), i)));
        }
        return folder;
    }

    static ImageData.Builder builder(Path folder) {
        return ImageData.fromFolder(folder)
                .labelByRegex(COLOUR)
                .splitRandomly(0.25, 1)
                .transforms(Augmentations.standard())
                .size(16)
                .batchSize(8)
                .workers(1)
                .normalize(Normalization.IMAGENET);
    }

    static VisionLearner learner(ImageData data) {
        return VisionLearner.of(data, SimpleCnn.withBatchNorm(data.encoder().channels(), 8, 16, 3))
                .metrics(Metric.accuracy())
                .silent()
                .build();
    }

    /** Returns a small architecture with weights that are in a file. */
    static Backbone pretrained(Path file) {
        Backbone backbone = CifarResNet.of(8);
        try (TensorScope scope = TensorScope.open();
                Layer network = backbone.network().initialize(Seed.of(7))) {
            List<NamedTensor> tensors = new ArrayList<>();
            values(network)
                    .forEach((path, value) -> tensors.add(NamedTensor.of(
                            path,
                            value.dtype(),
                            value.shape().dims(),
                            value.copy().bytes())));
            SafeTensors.write(file, tensors, Json.object());
        }
        return backbone.pretrained(file);
    }

    /** Returns parameters and running statistics by path. */
    static Map<String, Tensor> values(Layer network) {
        Map<String, Tensor> values = new LinkedHashMap<>();
        LayerTree.params(network).forEach((path, param) -> values.put(path, param.value()));
        LayerTree.buffers(network).forEach((path, buffer) -> values.put(path, buffer.value()));
        return values;
    }

    /** Returns the bits of all that training changes: weights, running statistics, losses and what epochs recorded. */
    static Map<String, Object> state(VisionLearner learner) {
        Map<String, Object> state = new LinkedHashMap<>();
        values(learner.model()).forEach((path, value) -> state.put(path, bits(value.toDoubles())));
        state.put("losses", bits(learner.history().losses()));
        state.put(
                "epochs",
                learner.history().epochs().stream().map(epoch -> epoch.values()).toList());
        return state;
    }

    static List<Long> bits(double... values) {
        return Arrays.stream(values).mapToObj(Double::doubleToRawLongBits).toList();
    }
}
