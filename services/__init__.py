"""The five services of L2C, the kit they stand on, and the contracts between them."""
