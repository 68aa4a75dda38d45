package org.learn4j.learn;

import org.learn4j.persist.Json;
import org.learn4j.persist.JsonPlace;

/** How far a fit has come: what a checkpoint holds beside weights, and the running sums behind the training loss. */
final class Progress {
    private static final double SMOOTHING = 0.98;

    int epoch;
    int nextBatch;
    double lossSum;
    long lossCount;
    double smoothed;
    long smoothedCount;

    void startEpoch(int number, int fromBatch) {
        epoch = number;
        if (fromBatch == 0) {
            lossSum = 0;
            lossCount = 0;
        }
        nextBatch = fromBatch;
    }

    void addBatch(double loss, int size) {
        lossSum += loss * size;
        lossCount += size;
        smoothed = SMOOTHING * smoothed + (1 - SMOOTHING) * loss;
        smoothedCount++;
        nextBatch++;
    }

    /** Counts a batch that changed nothing. */
    void skipBatch() {
        nextBatch++;
    }

    double meanLoss() {
        return lossCount == 0 ? Double.NaN : lossSum / lossCount;
    }

    /** The running average fastai shows: exponential with weight .98 and without bias towards 0. */
    double smoothedLoss() {
        return smoothedCount == 0 ? Double.NaN : smoothed / (1 - Math.pow(SMOOTHING, smoothedCount));
    }

    Json.Fields toJson() {
        return Json.object()
                .with("epoch", epoch)
                .with("nextBatch", nextBatch)
                .with("lossSum", lossSum)
                .with("lossCount", lossCount)
                .with("smoothed", smoothed)
                .with("smoothedCount", smoothedCount);
    }

    /** Reads what {@link #toJson} wrote, of a fit of so many epochs of so many batches. */
    static Progress fromJson(JsonPlace place, int epochs, int batches) {
        Progress progress = new Progress();
        progress.epoch = upTo(epochs, place.get("epoch"));
        progress.nextBatch = upTo(batches, place.get("nextBatch"));
        progress.lossSum = place.get("lossSum").decimal();
        progress.lossCount = place.get("lossCount").whole();
        progress.smoothed = place.get("smoothed").decimal();
        progress.smoothedCount = place.get("smoothedCount").whole();
        return progress;
    }

    private static int upTo(int most, JsonPlace place) {
        int number = place.integer();
        if (number < 0 || number > most) {
            throw place.expected("a number from 0 to " + most);
        }
        return number;
    }
}
