package org.learn4j.learn;

import java.util.Arrays;
import org.learn4j.data.Batch;

/** Says which batch it was that something refused: suppressed in the exception that says why. */
final class BadBatchNote extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NAMED_ITEMS = 1000;

    private BadBatchNote(String message) {
        super(message, null, false, false);
    }

    /** Adds the note to an exception about the data of a batch. */
    static void addTo(RuntimeException refusal, FitContext context) {
        if (refusal instanceof IllegalArgumentException || refusal instanceof IndexOutOfBoundsException) {
            Batch batch = context.batch();
            int[] items = batch.items();
            String named = Arrays.toString(Arrays.copyOf(items, Math.min(items.length, NAMED_ITEMS)));
            refusal.addSuppressed(new BadBatchNote((context.isTraining() ? "training" : "validation") + " batch "
                    + batch.number() + " in epoch " + context.epoch() + ", by position the items "
                    + (items.length > NAMED_ITEMS ? named.replace("]", ", …]") : named)));
        }
    }
}
