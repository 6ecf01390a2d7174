/** Knowledge distillation: trains a student model to reproduce the outputs of a teacher. */
package io.pitlane.distill;
