"""What the main pages cost, told only as ratios, counts and bytes: absolute times of a shared machine mean nothing.

python3 start.py bench            everything, about three minutes
python3 start.py bench --quick    fewer rounds, to see whether it runs
"""
