package org.learn4j.autograd;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Tensor;

/** One use of an {@link Op}: its inputs, its output, what it saved for the way back, and where gradients go. */
public final class Call {
    private final Op op;
    private final Tensor[] inputs;
    private final @Nullable Tape tape;
    private List<Tensor> saved = List.of();

    // once recorded: where, the views that keep the memory of inputs and output, and the output as the caller has it
    private long tapeId;
    private int slot;
    private Tensor @Nullable [] held;
    private @Nullable Tensor heldOutput;
    private @Nullable Tensor result;

    Call(Op op, Tensor[] inputs, @Nullable Tape tape) {
        this.op = op;
        this.inputs = inputs;
        this.tape = tape;
    }

    Op op() {
        return op;
    }

    /** Returns the number of inputs. */
    public int inputs() {
        return inputs.length;
    }

    /** Returns an input. */
    public Tensor input(int index) {
        Tensor[] views = held;
        return views == null ? inputs[index] : views[index];
    }

    /** Returns the output, in {@link Op#backward}. */
    public Tensor output() {
        Tensor output = heldOutput;
        if (output == null) {
            throw new IllegalStateException("The output of " + op.name() + " is known only in backward");
        }
        return output;
    }

    /** Returns whether a tape records this call, so that saving is of use. */
    public boolean isRecorded() {
        return tape != null;
    }

    /** Keeps a tensor made in {@link Op#forward} for {@link Op#backward}; freed after that, or at once if nothing is recorded. */
    public Tensor save(Tensor tensor) {
        if (saved.isEmpty()) {
            saved = new ArrayList<>(2);
        }
        saved.add(tensor.keep());
        return tensor;
    }

    /** Returns whether {@link #save} kept anything. */
    public boolean hasSaved() {
        return !saved.isEmpty();
    }

    /** Returns what {@link #save} kept, in order. */
    public Tensor saved(int index) {
        return saved.get(index);
    }

    /** Returns whether the gradient with respect to an input is wanted; never where nothing is recorded. */
    public boolean needsGradient(int index) {
        return tape != null && tape.tracks(inputs[index]);
    }

    /**
     * Returns memory of the input's shape and type to write its gradient to, all of it; contents are undefined. Ask once an
     * input.
     */
    public Tensor gradient(int index) {
        return tape().destination(inputs[index]);
    }

    /** Returns {@link #gradient}, or {@code dy} itself if it may be overwritten with the gradient of an equally shaped input. */
    public Tensor gradientOver(int index, Tensor dy) {
        return tape().destinationOver(inputs[index], dy);
    }

    /** Returns whether {@code dy} may be overwritten and lies like the output, so that it can take what several inputs share. */
    boolean mayOverwrite(Tensor dy) {
        return tape().mayOverwrite(dy) && dy.liesLike(output());
    }

    /** Returns memory that holds the input's gradient so far, zeros at first, to add to. */
    public Tensor gradientToAddTo(int index) {
        return tape().accumulator(inputs[index]);
    }

    /** Gives {@code gradient}, which is {@code dy} or a view of it, as the gradient of an input without copying where possible. */
    public void passGradient(int index, Tensor gradient) {
        tape().pass(this, inputs[index], gradient, neededGradients() == 1);
    }

    /** {@link #passGradient}, then closes the view. */
    void passView(int index, Tensor view) {
        try (view) {
            passGradient(index, view);
        }
    }

    private int neededGradients() {
        int needed = 0;
        for (int i = 0; i < inputs.length; i++) {
            if (needsGradient(i)) {
                needed++;
            }
        }
        return needed;
    }

    /** Returns the kernels. */
    public Kernels kernels() {
        return Kernels.current();
    }

    private Tape tape() {
        Tape recording = tape;
        if (recording == null || heldOutput == null) {
            throw new IllegalStateException("Gradients of " + op.name() + " are known only in backward");
        }
        return recording;
    }

    // ---- for the tape

    void recordedAs(long id, int position, Tensor[] views, Tensor output, Tensor outputView) {
        tapeId = id;
        slot = position;
        held = views;
        result = output;
        heldOutput = outputView;
    }

    int slot() {
        return slot;
    }

    /** Returns the output as the caller has it. */
    Tensor result() {
        return Objects.requireNonNull(result);
    }

    /** Marks the gradients of inputs that are no results as unwritten. */
    void clearGradients() {
        for (Tensor input : inputs) {
            if (input.tape() != tapeId) {
                input.markGradient(false);
            }
        }
    }

    /** Frees what was saved, and the views of inputs that are no results of the tape. */
    void release() {
        for (int i = 0; i < saved.size(); i++) {
            saved.get(i).close();
        }
        saved = List.of();
        Tensor[] views = held;
        if (views != null) {
            held = null;
            for (int i = 0; i < views.length; i++) {
                if (inputs[i].tape() != tapeId) {
                    views[i].close();
                }
            }
        }
    }
}
