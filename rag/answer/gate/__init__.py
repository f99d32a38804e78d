"""The gate every answer passes: claims compared with the quotes they cite, figure by figure and word by word."""
