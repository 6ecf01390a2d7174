/** Loss terms, and the teacher that some of them need. */
package io.pitlane.training.loss;
