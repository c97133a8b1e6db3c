"""What broke the appliance in people's hands: one folder a case, small files made anew, and a test for each."""
