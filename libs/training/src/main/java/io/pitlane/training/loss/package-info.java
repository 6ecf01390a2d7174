/** Loss terms, and the teacher that some of them ask. */
package io.pitlane.training.loss;
