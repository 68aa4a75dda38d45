package org.learn4j.loss;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/** The allow-list from names in files to losses. */
final class LossRecipes {
    private static final Map<String, Function<JsonPlace, Loss>> TYPES = new TreeMap<>(Map.of(
            "mse", plain(Loss.mse()),
            "l1", plain(Loss.l1()),
            "huber", Huber::build,
            "crossEntropy", CrossEntropy::build,
            "bceWithLogits", BinaryCrossEntropy::build,
            "focal", Focal::build));

    private LossRecipes() {}

    private static Function<JsonPlace, Loss> plain(Loss loss) {
        return recipe -> {
            recipe.allow("type");
            return loss;
        };
    }

    static Loss build(JsonPlace recipe) {
        JsonPlace type = recipe.get("type");
        if (type.text().equals(CustomLoss.TYPE)) {
            throw recipe.expected(
                    "a loss of this library; " + recipe.get("name").text()
                            + " is the user's own, whose function is not in the file: load the model together with its loss");
        }
        Function<JsonPlace, Loss> build = TYPES.get(type.text());
        if (build == null) {
            throw type.expected("a loss, one of " + TYPES.keySet());
        }
        try {
            return build.apply(recipe);
        } catch (IllegalArgumentException invalid) {
            throw recipe.expected("valid settings of " + type.text() + " (" + invalid.getMessage() + ")");
        }
    }

    static Json.Items decimals(List<Double> values) {
        return Json.decimals(values.stream().mapToDouble(Double::doubleValue).toArray());
    }

    static List<Double> decimals(JsonPlace place) {
        return Arrays.stream(place.decimals()).boxed().toList();
    }
}
