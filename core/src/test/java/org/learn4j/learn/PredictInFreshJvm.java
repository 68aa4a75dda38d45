package org.learn4j.learn;

import java.nio.file.Path;
import java.util.Arrays;

/** A program that knows a file and nothing of how the model in it was trained. */
final class PredictInFreshJvm {
    private PredictInFreshJvm() {}

    public static void main(String[] arguments) {
        try (TrainedModel model = TrainedModel.load(Path.of(arguments[0]))) {
            System.out.println(line(model));
        }
    }

    static String line(TrainedModel model) {
        Prediction prediction = model.predict(.5f, -1, 2, .25f, 0, 1);
        return "predicted " + prediction.label() + " "
                + Arrays.toString(Arrays.stream(prediction.values())
                        .mapToLong(Double::doubleToRawLongBits)
                        .toArray());
    }
}
