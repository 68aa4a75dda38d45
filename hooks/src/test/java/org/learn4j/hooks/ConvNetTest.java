package org.learn4j.hooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.learn.Callback;
import org.learn4j.learn.FitContext;
import org.learn4j.learn.FitOptions;
import org.learn4j.learn.Learner;
import org.learn4j.nn.Activation;
import org.learn4j.nn.AdaptiveAvgPool2d;
import org.learn4j.nn.AdaptiveConcatPool2d;
import org.learn4j.nn.BatchNorm1d;
import org.learn4j.nn.ConvLayer;
import org.learn4j.nn.Dropout;
import org.learn4j.nn.Flatten;
import org.learn4j.nn.Folding;
import org.learn4j.nn.Layer;
import org.learn4j.nn.LayerHooks;
import org.learn4j.nn.LayerTree;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Residual;
import org.learn4j.nn.Sequential;
import org.learn4j.schedule.Rates;
import org.learn4j.tensor.DType;
import org.learn4j.tensor.RandomStream;
import org.learn4j.tensor.Seed;
import org.learn4j.tensor.Shape;
import org.learn4j.tensor.Tensor;
import org.learn4j.tensor.TensorScope;

/** Hooks and heat maps on convolutional networks with the head of fastai. */
class ConvNetTest {
    private static final int SIZE = 8;
    private static final int CLASSES = 3;

    private static Sequential body() {
        return Sequential.of(
                ConvLayer.of(3, 8),
                Residual.of(Sequential.of(ConvLayer.of(8, 8), ConvLayer.of(8, 8).withoutActivation()))
                        .activation(Activation.relu()),
                ConvLayer.of(8, 6).stride(2));
    }

    private static Sequential withFastaiHead() {
        return Sequential.of()
                .then("body", body())
                .then(
                        "head",
                        Sequential.of(
                                AdaptiveConcatPool2d.of(1),
                                Flatten.of(),
                                BatchNorm1d.of(12),
                                Dropout.of(.25),
                                Linear.of(12, 10),
                                Activation.relu(),
                                BatchNorm1d.of(10),
                                Dropout.of(.5),
                                Linear.of(10, CLASSES)));
    }

    private static Sequential averaging() {
        return Sequential.of()
                .then("body", body())
                .then("head", Sequential.of(AdaptiveAvgPool2d.of(1), Flatten.of(), Linear.of(6, CLASSES)));
    }

    private static Tensor picture(DType type) {
        float[] values = new float[3 * SIZE * SIZE];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(i * i);
        }
        return Tensor.uninitialized(type, Shape.of(1, 3, SIZE, SIZE)).set(values);
    }

    /** The body's output and a class's output. */
    private static double score(Sequential model, Tensor picture, double[] replaced, int target) {
        try (TensorScope scope = TensorScope.open();
                Hook hook = Hook.replaceOutput(
                        LayerTree.at(model, "body"),
                        (layer, inputs, output) ->
                                Tensor.of(replaced, output.shape().dims()))) {
            return model.predict(picture).toDoubles()[target];
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fastai", "averaging"})
    void grad_cam_meets_differences_in_place_of_derivatives(String head) {
        try (Sequential model = head.equals("fastai") ? withFastaiHead() : averaging();
                Tensor picture = picture(DType.FLOAT64)) {
            model.initialize(Seed.of(7), DType.FLOAT64);
            double[] seen;
            try (TensorScope scope = TensorScope.open();
                    Hook hook = Hook.output(LayerTree.at(model, "body"))) {
                model.predict(picture);
                seen = hook.stored().toDoubles();
            }
            int places = SIZE / 2 * SIZE / 2;
            for (int target = 0; target < CLASSES; target++) {
                double[] map = new double[places];
                for (int channel = 0; channel < seen.length / places; channel++) {
                    double weight = 0;
                    for (int i = channel * places; i < (channel + 1) * places; i++) {
                        double[] moved = seen.clone();
                        moved[i] += 1e-7;
                        double more = score(model, picture, moved, target);
                        moved[i] -= 2e-7;
                        weight += (more - score(model, picture, moved, target)) / 2e-7 / places;
                    }
                    for (int place = 0; place < places; place++) {
                        map[place] += weight * seen[channel * places + place];
                    }
                }
                float[] computed =
                        GradCam.of(model, "body").map(picture, target).values();
                for (int place = 0; place < places; place++) {
                    assertThat((double) computed[place]).isCloseTo(Math.max(0, map[place]), Offset.offset(1e-5));
                }
            }
        }
    }

    @Test
    void single_precision_gives_the_same_maps() {
        try (Sequential one = withFastaiHead();
                Sequential two = withFastaiHead();
                Tensor picture = picture(DType.FLOAT32);
                Tensor same = picture(DType.FLOAT64)) {
            one.initialize(Seed.of(7));
            two.initialize(Seed.of(7), DType.FLOAT64);
            float[] single =
                    GradCam.of(one, "body").map(picture, 1).overMaximum().values();
            float[] twice = GradCam.of(two, "body").map(same, 1).overMaximum().values();
            assertThat(single).containsExactly(twice, Offset.offset(1e-4f));
        }
    }

    @Test
    void a_class_activation_map_is_exact_for_average_pooling_and_refused_for_fastai_s_head() {
        try (Sequential model = averaging();
                Sequential other = withFastaiHead();
                Tensor picture = picture(DType.FLOAT32)) {
            model.initialize(Seed.of(7));
            other.initialize(Seed.of(7));
            HeatMap map = Cam.of(model, "body").map(picture, 2);
            HeatMap gradients = GradCam.of(model, "body").map(picture, 2);
            assertThat(map.positive().overMaximum().values())
                    .containsExactly(gradients.overMaximum().values(), Offset.offset(1e-5f));
            assertThat(catchThrowable(() -> Cam.of(other, "body").map(picture, 2)))
                    .hasMessageContaining("use GradCam");
        }
    }

    @Test
    void maps_of_several_threads_do_not_mix() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Sequential model = averaging();
                Tensor picture = picture(DType.FLOAT32)) {
            model.initialize(Seed.of(7));
            List<float[]> gradCam = new ArrayList<>();
            List<float[]> cam = new ArrayList<>();
            for (int target = 0; target < CLASSES; target++) {
                gradCam.add(GradCam.of(model, "body").map(picture, target).values());
                cam.add(Cam.of(model, "body").map(picture, target).values());
            }
            List<Future<?>> runs = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int target = thread % CLASSES;
                runs.add(threads.submit(() -> {
                    for (int i = 0; i < 20; i++) {
                        assertThat(GradCam.of(model, "body")
                                        .map(picture, target)
                                        .values())
                                .containsExactly(gradCam.get(target));
                        assertThat(Cam.of(model, "body").map(picture, target).values())
                                .containsExactly(cam.get(target));
                    }
                }));
            }
            for (Future<?> run : runs) {
                run.get();
            }
        } finally {
            threads.shutdown();
        }
        assertThat(LayerHooks.hookedLayers()).isZero();
    }

    private static Learner learner(Layer model) {
        RandomStream random = Seed.of(1).stream();
        float[][] rows = new float[24][3 * SIZE * SIZE];
        int[] classes = new int[rows.length];
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                rows[i][j] = (float) random.nextGaussian();
            }
            classes[i] = i % CLASSES;
        }
        Layer pictures = new Nets.Function("Pictures", x -> x.reshape(x.shape().dim(0), 3, SIZE, SIZE));
        ArrayDataset items = ArrayDataset.of(rows, classes);
        return Learner.of(DataLoaders.of(items, items).batchSize(8).seed(2).build(), Sequential.of(pictures, model))
                .seed(5)
                .silent()
                .build();
    }

    @Test
    void training_with_hooks_on_every_layer_gives_the_same_bits() {
        Sequential plain = withFastaiHead();
        Sequential hooked = withFastaiHead();
        try (Learner one = learner(plain);
                Learner two = learner(hooked)) {
            one.fit(2, 1e-2);
            List<Layer> layers = List.copyOf(LayerTree.layers(hooked).values());
            try (Hooks outputs = Hooks.outputs(layers);
                    Hooks gradients = Hooks.gradients(layers)) {
                two.fit(2, 1e-2);
                assertThat(outputs).allMatch(Hook::hasStored);
                assertThat(gradients).allMatch(Hook::hasStored);
            }
            assertThat(two.history().losses()).containsExactly(one.history().losses());
            assertThat(Nets.bits(hooked)).isEqualTo(Nets.bits(plain));
        }
    }

    @Test
    void gradients_of_a_frozen_body_are_known_and_change_no_bit() {
        Sequential plain = withFastaiHead();
        Sequential hooked = withFastaiHead();
        try (Learner one = learner(plain);
                Learner two = learner(hooked)) {
            for (Sequential model : List.of(plain, hooked)) {
                LayerTree.params(LayerTree.at(model, "body")).values().forEach(param -> param.trainable(false));
            }
            one.fit(1, 1e-2);
            try (Hook gradients = Hook.gradient(LayerTree.at(hooked, "body.1"))) {
                two.fit(1, 1e-2);
                assertThat(gradients.stored().toFloats()).isNotEqualTo(new float[8 * 8 * SIZE * SIZE]);
            }
            assertThat(two.history().losses()).containsExactly(one.history().losses());
            assertThat(Nets.bits(hooked)).isEqualTo(Nets.bits(plain));
        }
    }

    @Test
    void explaining_between_and_within_steps_changes_no_bit_of_training() {
        Sequential plain = withFastaiHead();
        Sequential explained = withFastaiHead();
        Callback explaining = new Callback() {
            @Override
            public void afterBackward(FitContext context) {
                explain();
            }

            @Override
            public void afterStep(FitContext context) {
                explain();
            }

            private void explain() {
                try (Tensor picture = picture(DType.FLOAT32)) {
                    GradCam.of(explained, "body").maps(picture, 0, 1);
                    Occlusion.of(explained).patch(4).stride(4).map(picture, 0);
                    LayerSizes.of(explained, picture);
                }
            }
        };
        try (Learner one = learner(plain);
                Learner two = learner(explained)) {
            one.fit(1, Rates.of(1e-2), FitOptions.defaults());
            two.fit(1, Rates.of(1e-2), FitOptions.defaults().callbacks(explaining));
            assertThat(two.history().losses()).containsExactly(one.history().losses());
            assertThat(Nets.bits(explained)).isEqualTo(Nets.bits(plain));
        }
    }

    @Test
    void a_model_that_was_folded_for_prediction_gives_the_same_map() {
        Sequential model = withFastaiHead();
        try (Learner learner = learner(model);
                Tensor picture = picture(DType.FLOAT32)) {
            learner.fit(1, 1e-2);
            float[] before =
                    GradCam.of(model, "body").map(picture, 1).overMaximum().values();
            Folding.fold(model);
            float[] after =
                    GradCam.of(model, "body").map(picture, 1).overMaximum().values();
            assertThat(after).containsExactly(before, Offset.offset(1e-4f));
            assertThat(catchThrowable(() -> LossLandscape.around(learner).measure()))
                    .hasMessageContaining("Folding.fold");
        }
    }

    @Test
    void occlusion_statistics_and_sizes_work_on_them_too() {
        try (Sequential model = withFastaiHead();
                Tensor picture = picture(DType.FLOAT32)) {
            ActivationStats stats = ActivationStats.create();
            try (Learner learner = learner(model)) {
                learner.fit(1, Rates.of(1e-3), FitOptions.defaults().callbacks(stats));
                assertThat(stats.layers()).hasSize(12);
                HeatMap map = Occlusion.of(model).patch(4).stride(2).map(picture, 0);
                assertThat(map.rows() * map.columns()).isEqualTo(9);
                assertThat(LayerSizes.ofImage(model, 3, SIZE, SIZE).at("body").dims())
                        .containsExactly(1, 6, 4, 4);
                assertThat(LossLandscape.around(learner).points(3).measure().center())
                        .isFinite();
            }
        }
    }
}
