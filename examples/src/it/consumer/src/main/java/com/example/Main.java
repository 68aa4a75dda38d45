package com.example;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.Loader;
import org.learn4j.data.ArrayDataset;
import org.learn4j.data.DataLoaders;
import org.learn4j.learn.Learner;
import org.learn4j.learn.TrainedModel;
import org.learn4j.nn.Activation;
import org.learn4j.nn.Linear;
import org.learn4j.nn.Sequential;
import org.nd4j.linalg.factory.Nd4j;

/** Trains, saves, loads and predicts with nothing but what Maven resolved, and prints what that was. */
public final class Main {

    private Main() {}

    public static void main(String[] args) throws Exception {
        float[][] points = new float[400][];
        int[] signs = new int[points.length];
        for (int i = 0; i < points.length; i++) {
            points[i] = new float[] {(i % 20) / 10f - 1, (i / 20) / 10f - 1};
            signs[i] = points[i][0] * points[i][1] > 0 ? 1 : 0;
        }
        Path file = Files.createTempFile("consumer", ".safetensors");
        DataLoaders data = DataLoaders.of(ArrayDataset.of(points, signs).classes("different", "same"))
                .batchSize(32)
                .build();
        try (Learner learner = Learner.of(data, Sequential.of(Linear.of(2, 32), Activation.relu(), Linear.of(32, 2)))
                .build()) {
            learner.fitOneCycle(30, 2e-2);
            learner.export(file);
        }
        try (TrainedModel model = TrainedModel.load(file)) {
            System.out.println("signs " + model.predict(-0.5f, -0.5f).label() + " " + model.predict(0.5f, -0.5f).label());
        }
        Files.delete(file);
        System.out.println("sum " + Nd4j.ones(2, 3).sumNumber().doubleValue());
        System.out.println("javacpp " + Loader.getVersion());
        System.out.println("slf4j-api " + Loader.getVersion("org.slf4j", "slf4j-api"));
    }
}
