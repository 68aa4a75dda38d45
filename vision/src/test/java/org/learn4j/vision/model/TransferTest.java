package org.learn4j.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.data.Field;
import org.learn4j.data.Splitter;
import org.learn4j.learn.Learner;
import org.learn4j.learn.Predictions;
import org.learn4j.learn.TrainedModel;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerRegistry;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Param;
import org.learn4j.nn.Sequential;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.testkit.LeakGuard;
import org.learn4j.testkit.RealData;

/** A body that others trained, a new head on it, and the learner of the foundation. */
@ExtendWith(LeakGuard.class)
class TransferTest {
    private static final int IMAGES = 24;

    /** Noise that is brighter in images of class 1. */
    private static ArrayDataset images() {
        RandomStream stream = Seed.of(3).stream();
        float[] pixels = new float[IMAGES * 3 * 16 * 16];
        int[] classes = new int[IMAGES];
        for (int i = 0; i < IMAGES; i++) {
            classes[i] = i % 2;
            for (int j = 0; j < 3 * 16 * 16; j++) {
                pixels[i * 3 * 16 * 16 + j] = (float) stream.nextGaussian() + classes[i];
            }
        }
        return ArrayDataset.ofSize(IMAGES)
                .input(Field.floats("image", 3, 16, 16), pixels)
                .target(Field.ints("class"), classes)
                .classes("dark", "bright");
    }

    @Test
    void aFrozenBodyKeepsItsFiltersWhileNormsAndHeadLearn(@TempDir Path folder) {
        Backbone backbone = CifarResNet.of(20).pretrained(RealData.find("cifar-resnets", "resnet20-12fca82f.th"));
        Sequential model = Sequential.of(
                backbone.body(), Head.of(backbone.features(), 2).layers(8).build());
        DataLoaders data =
                DataLoaders.of(images()).split(Splitter.last(0.25)).batchSize(6).build();
        try (Learner learner =
                Learner.of(data, model).groups(backbone::groups).silent().build()) {
            learner.freeze();
            Map<String, float[]> before = values(learner.model());
            learner.fit(2, 1e-2);
            values(learner.model()).forEach((path, after) -> {
                boolean filters = LayerTree.params(model).get(path).role() != Param.Role.NORM && path.startsWith("0.");
                if (filters) {
                    assertThat(after).as(path).containsExactly(before.get(path));
                } else {
                    assertThat(after).as(path).isNotEqualTo(before.get(path));
                }
            });

            Path file = folder.resolve("model.safetensors");
            learner.export(file);
            LayerRegistry registry = VisionLayers.register(LayerRegistry.standard());
            try (Predictions expected = learner.predictions(images());
                    TrainedModel loaded = TrainedModel.load(file, registry);
                    Predictions received = loaded.predict(images())) {
                assertThat(received.values().toFloats())
                        .containsExactly(expected.values().toFloats(), within(1e-5f)); // batch norms are folded
            }
        }
    }

    private static Map<String, float[]> values(Layer model) {
        Map<String, float[]> values = new LinkedHashMap<>();
        LayerTree.params(model)
                .forEach((path, param) -> values.put(path, param.value().toFloats()));
        return values;
    }
}
