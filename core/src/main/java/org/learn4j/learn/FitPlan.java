package org.learn4j.learn;

import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;
import org.learn4j.schedule.HyperSchedule;

/**
 * What a fit is to do, as a value that a checkpoint can hold.
 *
 * @param name the verb that made it, such as {@code fitOneCycle}
 * @param epochs the number of epochs, at least 1
 * @param schedule hyper-parameters by progress in [0, 1]
 */
public record FitPlan(String name, int epochs, HyperSchedule schedule) {
    /** Checks the number of epochs. */
    public FitPlan {
        if (epochs < 1) {
            throw new IllegalArgumentException("The number of epochs is at least 1, received " + epochs);
        }
    }

    Json.Fields toJson() {
        return Json.object().with("name", name).with("epochs", epochs).with("schedule", schedule.toJson());
    }

    /** Reads what {@link #toJson} wrote, for so many parameter groups. */
    static FitPlan fromJson(JsonPlace place, int groups) {
        try {
            FitPlan plan = new FitPlan(
                    place.get("name").text(),
                    place.get("epochs").integer(),
                    HyperSchedule.fromJson(place.get("schedule")));
            for (double position = 0; position <= 1; position += 1.0 / 16) {
                plan.schedule().at(position, groups);
            }
            return plan;
        } catch (IllegalArgumentException invalid) {
            throw place.expected("the plan of a fit (" + invalid.getMessage() + ")");
        }
    }
}
