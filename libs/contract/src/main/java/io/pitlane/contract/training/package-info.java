/** Options that every training shares. */
package io.pitlane.contract.training;
