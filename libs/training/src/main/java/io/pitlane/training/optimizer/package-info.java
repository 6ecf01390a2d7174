/** Update rules, learning rate schedules, and the variables that they move. */
package io.pitlane.training.optimizer;
