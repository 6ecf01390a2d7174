/** Stages that do almost no work, and log what they do. */
package io.pitlane.tests.faults;
