package org.learn4j.autograd;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.learn4j.kernel.Kernels;
import org.learn4j.tensor.Tensor;

/** One use of an {@link Op}: its inputs, its output, what it saved for the way back, and where gradients go. */
public final class Call {
    private final Op op;
    private final Tensor[] inputs;
    private final boolean recorded;
    private List<Tensor> saved = List.of();
    private @Nullable Tensor output;
    private @Nullable Tape tape;

    Call(Op op, Tensor[] inputs, boolean recorded) {
        this.op = op;
        this.inputs = inputs;
        this.recorded = recorded;
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
        return inputs[index];
    }

    /** Returns the output, in {@link Op#backward}. */
    public Tensor output() {
        Tensor result = output;
        if (result == null) {
            throw new IllegalStateException("The output of " + op.name() + " is known only after forward");
        }
        return result;
    }

    /** Returns whether a tape records this call, so that saving is of use. */
    public boolean isRecorded() {
        return recorded;
    }

    /** Keeps a tensor made in {@link Op#forward} for {@link Op#backward}; freed after that, or at once if nothing is recorded. */
    public Tensor save(Tensor tensor) {
        if (saved.isEmpty()) {
            saved = new ArrayList<>(2);
        }
        saved.add(tensor);
        return tensor;
    }

    /** Returns what {@link #save} kept, in order. */
    public Tensor saved(int index) {
        return saved.get(index);
    }

    /** Returns whether the gradient with respect to an input is wanted. */
    public boolean needsGradient(int index) {
        return tape().tracks(inputs[index]);
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

    /** Returns memory that holds the input's gradient so far, zeros at first, to add to. */
    public Tensor gradientToAddTo(int index) {
        return tape().accumulator(inputs[index]);
    }

    /** Gives {@code gradient}, which is {@code dy} or a view of it, as the gradient of an input without copying where possible. */
    public void passGradient(int index, Tensor gradient) {
        tape().pass(inputs[index], gradient, neededGradients() == 1);
    }

    /** {@link #passGradient}, then closes the view. */
    void passView(int index, Tensor view) {
        passGradient(index, view);
        view.close();
    }

    private int neededGradients() {
        int needed = 0;
        for (Tensor input : inputs) {
            if (tape().tracks(input)) {
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
        if (recording == null) {
            throw new IllegalStateException("Gradients of " + op.name() + " are known only in backward");
        }
        return recording;
    }

    void recordedOn(Tape recording, Tensor result) {
        tape = recording;
        output = result;
    }

    void releaseSaved() {
        for (int i = 0; i < saved.size(); i++) {
            saved.get(i).close();
        }
        saved = List.of();
    }
}
