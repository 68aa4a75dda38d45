package org.learn4j.tabular;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A program that knows a file and nothing of the table that the model in it was trained on. */
final class PredictTableInFreshJvm {
    private PredictTableInFreshJvm() {}

    public static void main(String[] arguments) {
        try (TabularPredictor predictor = TabularPredictor.load(Path.of(arguments[0]))) {
            System.out.println(line(predictor));
        }
    }

    static String line(TabularPredictor predictor) {
        Map<String, Object> row = new HashMap<>();
        row.put("Shop", 4);
        row.put("Rate", 0.5);
        row.put("State", "HB,NI");
        row.put("Open", false);
        row.put("Day", java.time.LocalDate.of(2015, 7, 3));
        row.put("Seen", null);
        row.put("Distance", null);
        row.put("Age", 30);
        row.put("Promo", true);
        double[] values = predictor.predict(row).values().values().stream()
                .mapToDouble(Double::doubleValue)
                .toArray();
        return "predicted "
                + Arrays.toString(Arrays.stream(values)
                        .mapToLong(Double::doubleToRawLongBits)
                        .toArray());
    }
}
