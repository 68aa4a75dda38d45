package org.learn4j.vision;

import java.nio.file.Path;

/** A program that knows a file and nothing of the pictures that the model in it was trained on. */
final class PredictPictureInFreshJvm {
    private PredictPictureInFreshJvm() {}

    public static void main(String[] arguments) {
        try (ImagePredictor predictor = ImagePredictor.load(Path.of(arguments[0]))) {
            System.out.println(line(predictor, Path.of(arguments[1])));
        }
    }

    static String line(ImagePredictor predictor, Path picture) {
        ImagePrediction prediction = predictor.predict(picture);
        return "predicted " + prediction.label() + " " + Tiles.bits(prediction.values());
    }
}
